"""A model with parameters of half a word: what is too large for them is told, although it is read in float32."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gradlab


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_what_is_too_large_for_the_parameters_type_is_told_with_its_line(torch: Any, tmp_path: Path, kind: str) -> None:
    def loss(model: Any, x: Any) -> Any:
        h = model(x).masked_fill(x[:, :1] > 5, float("-inf"))  # which is no number that was lost
        h = h * 30000 * 30000
        return h.float().mean()

    torch.manual_seed(0)
    model = torch.nn.Linear(4, 3).to(getattr(torch, kind))
    x = torch.linspace(-1, 1, 20, dtype=getattr(torch, kind)).view(5, 4)
    path = gradlab.snapshot(tmp_path / "a.gradlab.zip", model, loss, (x,), quiet=True)
    first = next(line for line in gradlab.load(path).scenario.prose.splitlines() if line.startswith("- "))
    if kind == "float16":
        line = loss.__code__.co_firstlineno + 2
        assert first.startswith("- in float16 `mul` gives infinity for finite numbers (")
        assert f"test_halves.py:{line}); here it is computed in float32" in first
        assert gradlab.from_torch(model, (x,), loss_fn=loss, quiet=True).verdict.findings == [first.removeprefix("- ")]
    else:
        assert "gives infinity" not in first, "bfloat16 holds it"
    assert model.weight.dtype == getattr(torch, kind) and model.weight.grad is None
