"""When a watched training is kept: each condition holds where it says, and nowhere else."""

from __future__ import annotations

import math

import pytest

from gradlab.errors import ArgumentError
from gradlab.torch.conditions import LEAST, StepsBefore, StepSeen, conditions


def _told(on: object, *steps: StepSeen) -> list[str]:
    """Return what is said of the last step."""
    tests, seen = conditions(on), StepsBefore()  # type: ignore[arg-type]
    for step in steps[:-1]:
        seen.add(step)
    return [text for test in tests if (text := test(steps[-1], seen))]


def test_what_is_not_finite_is_nan_in_loss_gradients_and_parameters() -> None:
    assert _told("nan", StepSeen(0, math.nan, 1.0)) == ["the loss is nan"]
    assert _told("nan", StepSeen(0, 1.0, math.inf)) == ["the norm of the gradients is inf"]
    assert _told("nan", StepSeen(0, 1.0, 1.0, finite=False)) == ["a parameter is not finite behind this step"]
    assert _told("nan", StepSeen(0, 1.0, 1.0, broken=("mean",))) == ["the buffer `mean` is not finite behind this step"]
    assert _told("nan", StepSeen(0, 1.0, math.inf, skipped=True)) == [], "a scale that was too large is no NaN of the model"
    assert _told("nan", StepSeen(0, math.nan, math.nan, skipped=True)) == ["the loss is nan"]


def test_a_spike_is_measured_by_the_median_of_the_last_fifty_steps() -> None:
    usual = [StepSeen(k, 2.0 + 0.001 * k, 1.0) for k in range(60)]
    assert _told("spike 10x", *usual, StepSeen(60, 20.0, 1.0)) == []
    (told,) = _told("spike 10x", *usual, StepSeen(60, 30.0, 1.0))
    assert told == "the loss 30 is 14.7 times the median of the last 50 steps"
    assert _told("spike", *usual, StepSeen(60, 2.0, 10.5)) == [
        "the gradient norm 10.5 is 10.5 times the median of the last 50 steps"
    ]
    assert _told("spike 3", *usual[: LEAST - 1], StepSeen(60, 1e9, 1e9)) == [], "of few steps nobody knows what is usual"
    zero = [StepSeen(k, 0.0, 0.0) for k in range(20)]
    assert _told("spike 10x", *zero, StepSeen(20, 1e-9, 1e-9)) == [], "above nothing there is no multiple"
    lost = [StepSeen(k, math.nan, math.inf) for k in range(20)]
    assert _told("spike 10x", *lost, StepSeen(20, 1.0, 1.0)) == []


def test_bounds_and_functions_and_several_at_once() -> None:
    step = StepSeen(7, 6.0, 0.5)
    assert _told("loss > 5, norm<1e0", step) == ["the loss 6 is > 5", "the norm 0.5 is < 1"]
    assert _told("loss >= 7", step) == []
    assert _told(lambda seen: seen.number == 7 and "the seventh", step) == ["the seventh"]

    def odd(seen: StepSeen) -> bool:
        return seen.number % 2 == 1

    assert _told(["nan", odd], step) == ["`odd` holds"]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("nam", "'nam' is none of `nan`, `spike 10x`, `loss > 5`, `norm > 100`; did you mean `nan`"),
        ("spike 1x", "is none of"),
        ("spike 0.5", "is none of"),
        ("spike 1.2.3x", "'1.2.3' is no number"),
        ("loss = 5", "is none of"),
        ("", "'' is none of"),
        ([], "says when a snapshot is written"),
    ],
)
def test_what_is_no_condition_is_said(on: object, said: str) -> None:
    with pytest.raises(ArgumentError, match="`on`") as error:
        conditions(on)  # type: ignore[arg-type]
    assert said in str(error.value)
