"""The first NaN or infinity is found where it came up, and nowhere else."""

from __future__ import annotations

import pytest

from gradlab.axis.walker import Walker
from gradlab.errors import BoundError
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
    [
        ("[4.0, 0.0, -2.0, -1.0]", "NaN in `y` at [2] (2 of 4 numbers)"),
        ("[0.0, 1.0, 2.0, 0.0]", "-inf in `y` at [0] (2 of 4 numbers)"),
    ],
)
def test_the_first_bad_element_is_named_and_how_many_there_are(numbers: str, said: str) -> None:
    assert found(f"x = input({numbers})\ny = log(x)\n", "forward") == [f"{said}, from finite inputs of `log`"]


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


OVERFLOW = "w = param(1.0)\nloss = (w * 1e200) ** 2\nminimize(loss, sgd(0.1))\n"
ROOT = "w = param([0.0, 2.0])\nloss = sum(sqrt(w)) * 0.0\nminimize(loss, sgd(0.1))\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OVERFLOW, "+inf in `loss` in update 0, from finite inputs of `pow`"),
        (ROOT, "NaN in grad(w) at [0] (1 of 2 numbers) in update 0, sent by `_sqrt.0` (sqrt), whose gradient is finite"),
        (
            "w = param(0.0)\nloss = sqrt(w * w)\nminimize(loss, sgd(0.1))\n",
            "+inf in grad(_mul.0) in update 0, sent by `loss` (sqrt), whose gradient is finite; NaN from it first in grad(w)",
        ),
        (
            "w = param(1.0)\nloss = w * 1e300\nminimize(loss, sgd(1e300))\n",
            "-inf in `w.next` in update 0, from finite inputs of `descend`",
        ),
    ],
)
@pytest.mark.parametrize("lines", [("train 1",), ("train 3",), ("train 40",), ("train 2", "step", "train 1", "back")])
def test_what_an_update_made_of_a_parameter_is_traced_back_to_where_it_began(
    text: str, said: str, lines: tuple[str, ...]
) -> None:
    assert found(text, *lines) == [said]


def test_a_training_that_breaks_late_is_traced_to_the_update_and_the_answer_is_kept_until_an_edit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "w = param(10.5)\nloss = sqrt(w)\nminimize(loss, sgd(1.0))\n"
    lab = build(text, backend="plain")
    lab.do("train 80")
    (finding,) = lab.findings()
    twin = build(text, backend="plain")
    twin.do("break when nan")
    twin.do("train 80")
    assert finding.update == twin.position.update
    assert f"in update {finding.update}, from finite inputs of `sqrt`" in finding.text
    folds: list[int] = []
    walker = lab.twins.walker

    def counted(update: int) -> Walker:
        folds.append(update)
        return walker(update)

    monkeypatch.setattr(lab.twins, "walker", counted)
    lab.do("train 5")
    assert lab.findings() == (finding,)
    assert not folds
    lab.do("goto 0.f.0")
    assert lab.findings() == ()
    lab.set("w", float("nan"))
    lab.do("train 3")
    assert [one.text for one in lab.findings()] == ["NaN in `w` in update 0, is given as it is"]


def test_a_nan_that_was_set_by_hand_before_an_update_is_given_there() -> None:
    lab = build("w = param(1.0)\nloss = w * w\nminimize(loss, sgd(0.1))\n", backend="plain")
    lab.do("train 2")
    lab.set("w", float("nan"))
    assert [one.text for one in lab.findings()] == ["NaN in `w`, is given as it is"]
    lab.do("train 3")
    assert [one.text for one in lab.findings()] == ["NaN in `w` in update 2, is given as it is"]


def test_an_infinite_mask_is_no_origin_but_a_nan_that_is_made_of_it_is() -> None:
    masked = "x = input([1.0, 2.0])\nz = x + [{}, -1e999]\ny = softmax(z)\nf = sum(y * y)\n"
    assert found(masked.format("0.0"), "forward", "backward") == []
    assert found(masked.format("-1e999"), "forward") == [
        "NaN in `y` at [0] (2 of 2 numbers), from inputs of `softmax` without NaN"
    ]


def test_an_infinity_that_an_op_makes_is_the_origin_of_the_nan_that_comes_of_it() -> None:
    text = "x = input([1000.0, 1.0])\ne = exp(x)\np = e / sum(e)\n"
    assert found(text, "forward") == [
        "+inf in `e` at [0] (1 of 2 numbers), from finite inputs of `exp`; NaN from it first in `p`"
    ]


def test_a_nan_and_an_infinity_that_have_nothing_to_do_with_each_other_are_both_told() -> None:
    text = "x = input(0.0)\na = 1 / x\nb = log(x - 1)\n"
    assert found(text, "forward") == ["NaN in `b`, from finite inputs of `log`", "+inf in `a`, from finite inputs of `div`"]


def test_of_several_readers_the_one_that_sent_the_nan_is_named() -> None:
    text = "w = param([0.0, 1.0])\na = sum(sqrt(w)) * 0.0\nb = sum(tanh(w))\nf = b + a\n"
    assert found(text, "backward") == [
        "NaN in grad(w) at [0] (1 of 2 numbers), sent by `_sqrt.0` (sqrt), whose gradient is finite"
    ]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("y = cross_entropy([[1.0, 2, 3]], [3])", "class 3 of 3 in sample 0 (allowed 0 to 2)"),
        ("y = nll([[-1.0, -2], [-1, -2]], [0, 0.5])", "class 0.5 of 2 in sample 1 (allowed 0 to 1)"),
        ("y = multiclass_hinge([[1.0, 2]], [-1])", "class -1 of 2 in sample 0 (allowed 0 to 1)"),
        ("y = weighted_cross_entropy([[1.0, 2]], [2], [1.0, 1])", "class 2 of 2 in sample 0 (allowed 0 to 1)"),
        ("y = gather([[1.0], [2]], [1, 5, -1])", "row 5 of 2 in sample 1 (allowed 0 to 1), 1 more like it"),
        ("y = one_hot([[1, 3]], 3)", "class 3 of 3 at [0, 1] (allowed 0 to 2)"),
        ("y = embedding(input([1.0, 7]), 4, 2)", "row 7 of 4 in sample 1 (allowed 0 to 3)"),
    ],
)
def test_an_op_says_which_number_is_no_class_or_row(model: str, said: str) -> None:
    (text,) = found(f"{model}\nf = sum(y)\n", "forward")
    assert text.endswith(f": {said}")


def test_a_breakpoint_at_nan_is_none_at_infinity() -> None:
    text = "x = input([1000.0, 1.0])\ne = exp(x)\np = e / sum(e)\nf = sum(p)\n"
    for word, stops in (("inf", "e"), ("nan", "p")):
        lab = build(text, backend="plain")
        lab.do(f"break when {word}")
        lab.do("continue")
        assert lab.graph.nodes[lab.run.timeline.executed(lab.position)].name == stops


def test_a_breakpoint_at_nan_goes_past_a_mask_of_infinities() -> None:
    lab = build("x = input([1.0, 2.0])\nz = x + [-1e999, -1e999]\ny = softmax(z)\nf = sum(y)\n", backend="plain")
    lab.do("break when nan")
    lab.do("continue")
    assert lab.graph.nodes[lab.run.timeline.executed(lab.position)].name == "y"


def test_without_memory_for_another_run_it_is_said_that_an_update_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = build(OVERFLOW, backend="plain")

    def refused(update: int) -> Walker:
        raise BoundError("no memory")

    monkeypatch.setattr(lab.twins, "walker", refused)
    lab.do("train 3")
    assert [finding.text.startswith("an update before made") for finding in lab.findings()] == [True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "w = param([1.0, 2.0])\nx = input([1.0, inf])\nh = x - w * x\nloss = sum(h)\n",
            ["+inf in `x` at [1] (1 of 2 numbers), is given as it is; NaN from it first in `h`"],
        ),
        (
            "w = param([1.0, 2.0])\nx = input([1.0, inf])\nloss = sum(w * x)\n",
            ["+inf in `x` at [1] (1 of 2 numbers), is given as it is; the loss `loss` is infinite from it"],
        ),
        (
            "w = param([1.0, 2.0])\nx = input([[0.0, 0.0], [-inf, -inf]])\nloss = sum(square(softmax(w + x)))\n",
            ["NaN in `_softmax.0` at [1, 0] (2 of 4 numbers), from inputs of `softmax` without NaN"],
        ),
        (
            "w = param([1.0, 2.0])\nx = const([0.0, -inf])\nloss = -sum(log_softmax(w + x))\n",
            ["+inf in `loss`, from -inf that is given in `x`: what is masked counts"],
        ),
    ],
)
def test_an_infinity_that_is_given_is_the_cause_where_a_nan_or_an_infinite_loss_comes_of_it(text: str, said: list[str]) -> None:
    assert found(text, "forward", "backward")[:1] == said


def test_what_comes_of_an_infinite_gradient_is_told_behind_it() -> None:
    text = "w = param([[1.0, 2.0], [1.0, 2.0]])\nd = w - stop_gradient(w)\nn = sum(d * d, axis=1)\nloss = sum(sqrt(n))\n"
    said = "+inf in grad(n) at [0] (2 of 2 numbers), sent by `_sqrt.0` (sqrt), whose gradient is finite"
    assert found(text, "backward") == [f"{said}; NaN from it first in grad(d)"]


@pytest.mark.parametrize(
    "text",
    [
        "w = param([1.0, 2.0])\nloss = sum(square(softmax(w + log(const([1.0, 0.0])))))\n",
        "w = param([1.0, 2.0])\nx = input([1.0, -1.0])\nloss = sum(w * where(x > 0, log(x), 0))\n",
        "w = param([1.0, 2.0])\nx = input([1.0, nan])\nloss = sum(w * where(isnan(x), 0, x))\n",
        "w = param([1.0, 0.0])\nloss = sum(sqrt(relu(w)))\n",
    ],
)
def test_what_reaches_neither_the_loss_nor_a_gradient_is_no_finding(text: str) -> None:
    assert found(text, "forward", "backward") == []


TOLD = {
    "a row of a parameter that no batch reads": ("E = param([[1.0], [nan]])\nloss = sum(gather(E, input([0])))", "`E`"),
    "another loss": ("a, b = param(2.0), param(-1.0)\nloss = a * a\nother = log(b)\nminimize(other, sgd(0.1))", "`other`"),
    "a result beside the loss": ("a = param([-1.0, 2.0])\ny = log(a)\nloss = sum(a * a)", "`y`"),
    "what counts, and not what is masked before it": (
        "a, b = param([-1.0, 2.0]), param(-1.0)\nz = where(greater(a, 0.0), log(a), 0.0)\nw = log(b)\nloss = sum(z) + w", "`w`",
    ),
    "": ("a = param([-1.0, 2.0])\nloss = sum(where(greater(a, 0.0), log(a), 0.0))", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_all_that_a_pass_is_for_counts(name: str) -> None:
    model, told = TOLD[name]
    lab = build(f"{model}\nminimize(loss, sgd(0.1))".replace("nan", "0.0"))
    if "E =" in model:
        lab.do("set E[1, 0] = nan")
    lab.do("forward")
    found = [one.text for one in lab.findings()]
    assert [one.split(" in ")[1].split(" at ")[0].split(",")[0] for one in found] == ([told] if told else [])
