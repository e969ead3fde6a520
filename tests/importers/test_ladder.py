"""The ladder: models as people write them agree with PyTorch in every value and gradient."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from gradlab.torch.loading import TorchLab

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

from tests.importers.ladder.rungs import RUNGS  # noqa: E402, it needs torch

SMALL = ("mlp", "lenet", "lstm", "gru", "char_rnn", "bert_tiny", "vae", "dcgan")
LARGEST = 200_000
"""Characters of a text."""


def lab_of(name: str, dtype: Any, backend: str) -> "TorchLab":
    """Return the lab of a model of the ladder."""
    import gradlab

    torch.manual_seed(1)
    rung = RUNGS[name]()

    def cast(one: Any) -> Any:
        return one.to(dtype) if one.is_floating_point() else one

    args, target = tuple(map(cast, rung.args)), cast(rung.target)
    return gradlab.from_torch(rung.model.to(dtype), args, rung.loss, target, backend=backend, quiet=True)


@pytest.mark.parametrize("name", SMALL)
def test_a_model_agrees_in_every_value_and_gradient(name: str) -> None:
    assert RUNGS[name]().small
    lab = lab_of(name, torch.float64, "plain")
    assert not lab.verdict.partings and lab.verdict.worst <= 1e-9, str(lab.verdict)
    assert lab.verdict.arrays >= len(lab.graph.params)
    assert len(lab.scenario.document.source.text) <= LARGEST


@pytest.mark.parametrize("name", ["mlp", "gpt_fused", "resnet18"])
def test_in_float32_it_agrees_with_compiled_kernels(name: str) -> None:
    lab = lab_of(name, torch.float32, "jit")
    assert not lab.verdict.partings and lab.verdict.worst <= 1e-4, str(lab.verdict)
    assert lab.tape.dtype == np.float32


def test_a_wrong_gradient_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradlab.importers.torch import _reference
    from gradlab.importers.torch._numbers import array_of as right

    monkeypatch.setattr(_reference, "array_of", lambda tensor: right(tensor) * (1 + 1e-6))
    assert not lab_of("mlp", torch.float64, "plain").verdict.ok
