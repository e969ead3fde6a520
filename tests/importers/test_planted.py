"""What is planted is named: the op that makes a NaN, and the op whose backward is wrong, each at its line."""

from typing import Any

import pytest

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch")

from tests.importers.planted import NAN, Base, TooLargeForCasts, line_of  # noqa: E402, it needs torch
from tests.importers.wrong import WRONG  # noqa: E402, it needs torch


def verdict_of(model: Any) -> Any:
    import gradlab

    torch.manual_seed(2)
    return gradlab.from_torch(model.double(), (torch.randn(3, 4, dtype=torch.float64),), quiet=True).verdict


@pytest.mark.parametrize("make", NAN, ids=lambda make: make.__name__)
def test_a_nan_is_named_at_its_line(make: Any) -> None:
    torch.manual_seed(0)
    verdict = verdict_of(make())
    assert len(verdict.findings) == 1 and f"planted.py:{line_of(make)})" in verdict.findings[0]


def test_what_is_too_large_for_an_automatic_cast_is_named_at_its_line() -> None:
    import gradlab

    torch.manual_seed(0)
    verdict = gradlab.from_torch(TooLargeForCasts(), (1e6 * torch.randn(3, 4),), quiet=True).verdict
    assert verdict.ok
    assert "too_large_for_float16" in verdict.findings[0]
    assert f"planted.py:{line_of(TooLargeForCasts)})" in verdict.findings[0]


class Plain(Base):
    def forward(self, x: Any) -> Any:
        return self.b(torch.tanh(self.a(x))).square().mean()


@pytest.mark.parametrize("place", ["a.weight", "a.bias", "b.weight", "b.bias", "x"])
def test_a_nan_that_is_given_is_named(place: str) -> None:
    import gradlab

    torch.manual_seed(0)
    model, x = Plain().double(), torch.randn(3, 4, dtype=torch.float64)
    with torch.no_grad():
        (x if place == "x" else model.get_parameter(place)).view(-1)[1] = float("nan")
    verdict = gradlab.from_torch(model, (x,), quiet=True).verdict
    assert (f"`plain.{place}`" if place != "x" else "`x`") in verdict.findings[0]
    assert verdict.ok


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_backward_is_named_at_its_line(name: str) -> None:
    torch.manual_seed(0)
    make, where = WRONG[name]
    verdict = verdict_of(make())
    assert not verdict.ok and f"wrong.py:{line_of(where)}" in verdict.lines[0]


def test_a_hook_on_a_weight_is_no_rounding_of_float32() -> None:
    import gradlab

    torch.manual_seed(0)
    verdict = gradlab.from_torch(WRONG["a hook on a weight"][0](), (torch.randn(3, 4),), quiet=True).verdict
    assert not verdict.ok and verdict.lines[0].endswith("torch has 3 times the lab's")


class NaNBehind(torch.autograd.Function):  # type: ignore[name-defined]
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * 2

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * float("nan")


def test_a_nan_that_a_backward_of_ones_own_makes_is_no_rounding_of_float32() -> None:
    import gradlab

    class Net(Base):
        def forward(self, x: Any) -> Any:
            h = self.a(x)
            return self.b(NaNBehind.apply(h) if h.dtype == torch.float32 else h * 2).square().mean()

    torch.manual_seed(0)
    verdict = gradlab.from_torch(Net(), (torch.randn(3, 4),), quiet=True).verdict
    assert not verdict.ok and verdict.lines[0].endswith("torch has NaN or infinity where the lab has a number")


def test_the_factor_of_a_wrong_backward_is_said() -> None:
    torch.manual_seed(0)
    verdict = verdict_of(WRONG["a third"][0]())
    assert verdict.lines[0].endswith("torch has 0.3333 times the lab's")
