"""What comes of a NaN may differ from PyTorch, and is no parting; a backward that is wrong elsewhere in the model is found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as F  # noqa: E402, it needs torch
from torch import nn  # noqa: E402

import gradlab  # noqa: E402
from tests.calling import Call  # noqa: E402
from tests.importers.wrong import Double  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

ODD: dict[str, Callable[[Any], Any]] = {
    "abs": torch.abs, "floor": torch.floor, "round": torch.round, "trunc": torch.trunc, "sign": torch.sign, "relu": torch.relu,
    "leaky_relu": F.leaky_relu, "hardtanh": F.hardtanh, "hardsigmoid": F.hardsigmoid, "hardshrink": F.hardshrink,
    "softshrink": F.softshrink, "clamp": lambda x: x.clamp(-0.5, 0.5), "threshold": lambda x: F.threshold(x, 0.1, 0.2),
    "maximum": lambda x: torch.maximum(x, torch.zeros_like(x)), "minimum": lambda x: torch.minimum(x * 0 + 0.1, x * 2),
    "max": lambda x: x.max(1)[0], "amax": lambda x: x.amax(1), "median": lambda x: x.median(1)[0],
    "remainder": lambda x: torch.remainder(x, 0.3), "where": lambda x: torch.where(x > 0, x, x * 0.1),
    "max_pool2d": lambda x: F.max_pool2d(x[None, None], 2), "l1": lambda x: F.l1_loss(x, x * 0 + 1, reduction="none"),
    "norm": lambda x: x.norm(1, dim=1), "logcumsumexp": lambda x: x.logcumsumexp(1), "asinh": torch.asinh,
    "upsample": lambda x: F.interpolate(x[None, None], scale_factor=2, mode="bilinear"), "logit": torch.logit,
}  # fmt: skip


class Odd(nn.Module):
    """A number that is not finite goes through an op."""

    def __init__(self, op: Callable[[Any], Any], number: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        numbers = torch.randn(4, 4, dtype=torch.float64) / 2
        numbers[1, 2] = number
        self.op, self.p = op, nn.Parameter(numbers)

    def forward(self, w: Any) -> Any:
        given = self.op(self.p * 1.0).flatten()
        return (given * w[: len(given)]).sum()


@pytest.mark.parametrize("name", ODD)
def test_what_an_op_makes_of_a_nan_is_no_parting(name: str) -> None:
    for number in [float("nan"), *([float("inf")] if name in ("asinh", "l1", "upsample", "logcumsumexp", "logit") else [])]:
        lab = gradlab.from_torch(Odd(ODD[name], number), (torch.linspace(0.5, 1.5, 64).double(),), quiet=True, backend="plain")
        assert lab.verdict.ok, lab.verdict
        assert lab.verdict.findings


class Layers(nn.Module):
    """A row of the batch becomes NaN; at one of three places a backward is off by two. at: it, or -1."""

    def __init__(self, act: Callable[[Any], Any], at: int) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.a, self.b, self.c = nn.Linear(4, 5), nn.Linear(5, 5), nn.Linear(5, 1)
        self.act, self.at = act, at

    def _wrong(self, h: Any, at: int) -> Any:
        return Double.apply(h) if self.at == at else h

    def forward(self, x: Any) -> Any:
        h = self._wrong(torch.tanh(self.a(x)), 0)
        h = torch.log(self.b(h) + x[:, :1])
        return self._wrong(self.c(self._wrong(self.act(h), 1)), 2)


def _square(model: Any, x: Any) -> Any:
    return model(x).square().mean()


def _replaced(model: Any, x: Any) -> Any:
    return torch.nan_to_num(model(x)).square().mean()


def _batch() -> tuple[Any]:
    x = torch.arange(24.0).view(6, 4) / 10 + 3
    x[2, 0] = -9
    return (x,)


@pytest.mark.parametrize("loss", [_square, _replaced])
@pytest.mark.parametrize("act", [torch.relu, torch.abs, F.softplus])
def test_a_wrong_backward_is_found_beside_a_nan(loss: Any, act: Any) -> None:
    assert gradlab.from_torch(Layers(act, -1), _batch(), loss_fn=loss, quiet=True, backend="plain").verdict.ok
    for at in range(3):
        verdict = gradlab.from_torch(Layers(act, at), _batch(), loss_fn=loss, quiet=True, backend="plain").verdict
        assert not verdict.ok, at
        assert "the gradients part at" in verdict.lines[0]


def test_a_file_with_a_nan_that_is_replaced_is_a_test_that_holds(tmp_path: Path, call: Call) -> None:
    """The loss is finite. The gradients of the parameters are NaN here, and numbers in PyTorch."""
    path = gradlab.snapshot(tmp_path / "a.gradlab.zip", Layers(torch.relu, -1), _replaced, _batch(), quiet=True)
    prose = gradlab.load(path).scenario.prose
    assert "NaN in `layers.log_1`" in prose
    assert "part at" not in prose
    code, out, _ = call("check", path)
    assert code == 0, out


def test_a_file_names_a_wrong_backward_whose_gradients_are_nan(tmp_path: Path) -> None:
    path = gradlab.snapshot(tmp_path / "a.gradlab.zip", Layers(torch.relu, 2), _square, _batch(), quiet=True)
    assert "the gradients part at" in gradlab.load(path).scenario.prose
