"""Wrong answers to questions: each standard mistake is recognised by the number that it leads to, and only by that."""

from __future__ import annotations

import pytest

from gradlab.lab.teach.mistakes import MISTAKES
from gradlab.session import Lab, build

NEURON = "x, w = input(0.5), param(3.0)\ns = w * x\nf = sigmoid(s)\nloss = 4 * f\n"
FORK = "a, b = param(2.0), param(1.0)\nc = a + b\nd = 5 * b\ne = c * d\n"
LAYER = """
x = input([[1.0, 2.0], [3.0, 5.0], [-1.0, 0.5], [2.0, 1.0]])
W = param([[0.5, -1.0], [2.0, 0.25]])
y = x @ W
loss = mean(y ** 2)
"""
LINE = "x, W = input([1.0, 5.0]), param([2.0, -1.0])\nE = (sum(W * x) - 10) ** 2 / 2\nminimize(E, sgd(lr=0.01))\n"


def graded(lab: Lab, question: str) -> str:
    """Return what is said when the last try is over."""
    lab.tries = 1
    (line,) = lab.do(f"quiz {question}").lines
    return f"{line.kind}: {line.text}"


def finished(model: str) -> Lab:
    lab = build(model)
    lab.do("forward")
    lab.do("backward")
    return lab


def test_a_forgotten_local_slope() -> None:
    lab = finished(NEURON)
    said = graded(lab, "grad(s) = 4")
    assert said.startswith("wrong: not 4: grad(s) = 0.596")
    assert said.endswith("; the local slope is missing: what arrives at f is multiplied by ∂f/∂s")


def test_the_input_used_for_the_output_and_the_output_for_the_input() -> None:
    lab = finished(NEURON)
    s = 1.5
    assert graded(lab, f"grad(s) = {4 * s * (1 - s)}").endswith("the slope of f is taken with s where its output belongs")
    squared = finished("x = param(0.25)\ny = square(x)\n")
    assert graded(squared, "grad(x) = 0.125").endswith("the slope of y is taken with its output where x belongs")


def test_a_factor_multiplied_by_itself() -> None:
    lab = finished("x, y = param(4.0), param(-3.0)\nf = x * y\n")
    assert graded(lab, "grad(x) = 4").endswith("that is what y receives: f swaps its inputs")


def test_a_forgotten_sum() -> None:
    lab = finished(FORK)
    assert lab.grad("b") == 20.0
    assert graded(lab, "grad(b) = 15").endswith("that is the part through d alone: 2 parts add up in b")
    assert graded(lab, "grad(b) = 5").endswith("that is the part through c alone: 2 parts add up in b")


def test_a_sum_over_samples_that_was_forgotten() -> None:
    lab = finished(LAYER)
    part = lab.explain("W[0, 1]").rows[1]
    assert graded(lab, f"grad(W)[0, 1] = {part.part!r}").endswith(f"that is the part through {part.name} alone: 4 parts add up")


def test_rows_and_columns_exchanged() -> None:
    lab = finished(LAYER)
    across = float(lab.grad("W")[1, 0])
    assert graded(lab, f"grad(W)[0, 1] = {across!r}").endswith("rows and columns are exchanged: that is W[1, 0]")
    listed = [[float(number) for number in line] for line in lab.grad("W").T]
    assert graded(lab, f"grad(W) = {listed}").endswith("rows and columns are exchanged: that is the transposed array")


def test_a_forgotten_mean() -> None:
    lab = finished(LAYER)
    right = float(lab.grad("W")[0, 0])
    assert graded(lab, f"grad(W)[0, 0] = {8 * right!r}").endswith("loss is a mean of 8: its gradient is divided by 8")
    assert graded(lab, f"grad(W)[0, 0] = {right / 8!r}").endswith("divided by 8 once too often: loss has done it")


def test_a_stale_gradient() -> None:
    lab = build(LINE)
    lab.do("backward")
    old = float(lab.grad("W")[0])
    lab.do("update")
    lab.do("backward")
    assert graded(lab, f"grad(W)[0] = {old!r}").endswith("that gradient is stale: it is the one of update 0")


def test_a_stale_gradient_is_noticed_before_the_new_one_is_there() -> None:
    lab = build(LINE)
    lab.do("update")
    lab.do("forward")
    old = float(lab.run.machine.grad(lab.graph.aliases["W"])[0])
    assert "stale" in graded(lab, f"grad(W)[0] = {old!r}") or graded(lab, f"grad(W)[0] = {old!r}").startswith("right")


def test_the_wrong_sign_and_a_step_uphill() -> None:
    lab = finished(FORK)
    assert graded(lab, "grad(b) = -20").endswith("the sign is wrong")
    line = finished(LINE)
    uphill = float(2 * line.value("W")[1] - (line.value("W") - 0.01 * line.grad("W"))[1])
    said = graded(line, f"W.next[1] = {uphill!r}")
    assert said.endswith("the step goes against the gradient: W - lr · gradient, not W + lr · gradient")


@pytest.mark.parametrize("model", [NEURON, FORK, LAYER, LINE])
def test_what_is_no_known_mistake_is_only_wrong(model: str) -> None:
    lab = finished(model)
    for name in ("x", "W", "b"):
        if name in lab.graph.aliases:
            wanted = float(lab.grad(name).reshape(-1)[0])
            index = "".join("[0" + ", 0" * (lab.grad(name).ndim - 1) + "]") if lab.grad(name).ndim else ""
            said = graded(lab, f"grad({name}){index} = {wanted * 1.377 + 0.0123!r}")
            assert said.startswith("wrong: not") and ";" not in said


@pytest.mark.parametrize("model", [NEURON, FORK, LAYER, LINE])
def test_a_right_answer_is_no_mistake(model: str) -> None:
    lab = finished(model)
    for node in lab.graph.nodes:
        if node.phase == "f" and node.size == 1 and node.shape == ():
            assert graded(lab, f"grad({node.name}) = {float(lab.grad(node.name))!r}").startswith("right: right")


def test_grading_moves_nothing() -> None:
    lab = finished(LAYER)
    before = lab.digest(), lab.position
    graded(lab, "grad(W)[0, 1] = 12345")
    assert (lab.digest(), lab.position) == before


def test_every_mistake_is_recognised_somewhere_above() -> None:
    assert len(MISTAKES) == 7


def test_an_array_is_compared_as_an_array() -> None:
    lab = finished(LAYER)
    assert graded(lab, "grad(W) = [1, 2, 3]").startswith("wrong: not [1, 2, 3]: grad(W) = [")
