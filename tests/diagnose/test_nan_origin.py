"""The first NaN or infinity is found where it came up, and nowhere else."""

from __future__ import annotations

import pytest

from gradlab.session import build


def found(text: str, *lines: str) -> list[str]:
    """Return the texts of the findings after some lines."""
    lab = build(text, backend="plain")
    for line in lines:
        lab.do(line)
    return [finding.text for finding in lab.findings()]


def test_the_op_that_makes_a_nan_is_named_and_not_what_follows() -> None:
    text = "x = input([4.0, -1.0])\ny = log(x)\nz = y * 2\nf = sum(z)\n"
    assert found(text, "forward") == ["NaN in `y` at [1] (1 of 2 numbers), from finite inputs of `log`"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [("[4.0, 0.0, 2.0, -1.0]", "-inf in `y` at [1]"), ("[4.0, -1.0, 2.0, 0.0]", "NaN in `y` at [1]")],
)
def test_of_several_bad_elements_the_first_is_named_with_its_place(numbers: str, said: str) -> None:
    assert found(f"x = input({numbers})\ny = log(x)\n", "forward") == [f"{said} (2 of 4 numbers), from finite inputs of `log`"]


def test_a_division_by_zero_is_a_finding_and_not_a_crash() -> None:
    assert found("x = input(0.0)\ny = 1 / x\n", "forward") == ["+inf in `y`, from finite inputs of `div`"]


def test_what_has_not_been_run_is_not_looked_at() -> None:
    text = "x = input(-1.0)\na = x * 2\ny = log(a)\n"
    assert found(text, "step") == []
    assert len(found(text, "step 2")) == 1


def test_a_gradient_that_becomes_infinite_is_found_at_the_op_that_sent_it() -> None:
    text = "x = param(0.0)\ny = sqrt(x)\nf = y * 3\n"
    assert found(text, "forward") == []
    assert found(text, "backward") == ["+inf in grad(x), sent by `y` (sqrt), whose gradient is finite"]


def test_an_input_that_is_not_finite_is_an_origin() -> None:
    lab = build("x = input(1.0)\ny = x * 2\n", backend="plain")
    lab.set("x", float("nan"))
    lab.do("forward")
    assert [finding.text for finding in lab.findings()] == ["NaN in `x`, is given as it is"]


def test_a_healthy_run_has_no_findings() -> None:
    model = "x = input([1.0, 2.0])\nw = param([0.5, -0.5])\nf = sum(x * w)\nminimize(f ** 2, adam(lr=0.1))\n"
    assert found(model, "train 3", "backward") == []


def test_a_training_that_blows_up_says_so() -> None:
    lab = build("w = param(1.0)\nloss = w ** 4\nminimize(loss, sgd(lr=10))\n", backend="plain")
    outcome = lab.do("train 50")
    assert [line.kind for line in outcome.lines] == ["value", "finding"]
