"""What a person reads first of a step that went wrong, where it is written and in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from tests.torch.test_watch import _batches, _loss, _net


def test_a_nan_that_comes_of_a_spike_is_told_too_and_each_file_names_what_to_look_at(
    torch: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = _net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batches = _batches(torch, 20, 12, 1e4)
    batches[13:] = [(x, y * factor) for (x, y), factor in zip(batches[13:], (1e6, 1e6, 1e30, 1, 1, 1, 1), strict=True)]
    with gradlab.watch(model, _loss, optimizer, folder=tmp_path) as w:
        for x, y in batches:
            w.step(x, y)
    assert [path.name for path in w.files] == ["bad-12.gradlab.zip", "bad-15.gradlab.zip"]
    told = capsys.readouterr().err.splitlines()
    assert "times the median" in told[0]
    spike, infinite = map(gradlab.load, w.files)
    name = "sequential.3.weight"
    assert f"- the largest gradient is that of `{name}` (" in spike.scenario.prose
    spike.do("forward")
    spike.do("backward")
    norms = {one.name: np.linalg.norm(spike.grad(one.name)) for one in spike.nodes if one.op == "param"}
    assert max(norms, key=norms.__getitem__) == name
    share = norms[name] ** 2 / sum(norm**2 for norm in norms.values())
    assert f"its norm is {norms[name]:.4g}, {share:.0%} of the square of the norm" in told[1]
    assert "the loss is inf" in told[2]
    assert "e+0" in spike.title, "a number stands in the title as it is"
    assert told[3].startswith("gradlab:   +inf in `")
    assert told[3].removeprefix("gradlab:   ") in infinite.scenario.prose


@pytest.mark.parametrize(("limit", "said"), [(1e3, "were not clipped: norm "), (1e-3, "were clipped: norm ")])
def test_gradients_are_called_clipped_only_where_they_were(torch: Any, tmp_path: Path, limit: float, said: str) -> None:
    model = _net(torch)
    with gradlab.watch(model, _loss, torch.optim.SGD(model.parameters(), lr=0.01), clip=limit, folder=tmp_path) as w:
        w.step(*_batches(torch, 1)[0])
        path = w.snapshot()
    assert f"- the gradients {said}" in gradlab.load(path).scenario.prose
    assert repr(w) == "<watch of Sequential: 1 step, 0 files>"


def test_gradients_whose_norm_is_nan_are_of_no_use_when_they_are_clipped(torch: Any, tmp_path: Path) -> None:
    model = _net(torch)
    with gradlab.watch(model, _loss, torch.optim.SGD(model.parameters(), lr=0.01), clip=1.0, folder=tmp_path) as w:
        w.step(*_batches(torch, 1, 0)[0])
    assert "- the gradients were clipped, which left none of use: their norm is nan" in gradlab.load(w.files[0]).scenario.prose


def test_where_the_gradients_part_stands_first(torch: Any, tmp_path: Path) -> None:
    class Twice(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, sent: Any) -> Any:
            return sent

    model = _net(torch)
    batch = _batches(torch, 1)[0]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    path = gradlab.snapshot(
        tmp_path / "bad.gradlab.zip",
        model,
        lambda net, x, y: _loss(net, Twice.apply(x + net[3].bias), y),
        batch,
        optimizer=optimizer,
    )
    first = next(line for line in gradlab.load(path).scenario.prose.splitlines() if line.startswith("- "))
    assert "torch has 0.5 times the lab's" in first
