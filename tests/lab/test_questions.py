"""A question may be asked before its number is there: it is graded by what the run will give."""

from __future__ import annotations

import pytest

from gradlab.lab import build

LINE = """
x = input([1.0, 5.0, 1.0, 2.0])
W = param([2.0, -1.0, 4.0, 8.0])
error = sum(W * x) - 10
E = error**2 / 2
minimize(E, sgd(lr=0.01))
"""
PRODUCT = """
x, y = param(4.0), param(-3.0)
f = x * y
"""


def graded(text: str, question: str, *before: str) -> str:
    """Give what is said to an answer after some lines."""
    lab = build(text)
    for line in before:
        lab.do(line)
    return lab.do(question).lines[-1].text


@pytest.mark.parametrize("before", [(), ("forward",)])
def test_a_gradient_is_graded_before_the_backward_pass(before: tuple[str, ...]) -> None:
    assert graded(PRODUCT, "quiz grad(x) = -3", *before) == "right: grad(x) = -3"
    assert graded(PRODUCT, "quiz grad(x) = 4", *before) == "not 4: grad(x) = -3; that is what y receives: f swaps its inputs"


def test_a_next_weight_is_graded_before_the_update() -> None:
    assert graded(LINE, "quiz W.next[1] = -1.35", "forward", "backward") == "right: W.next[1] = -1.35"


def test_asking_moves_nothing() -> None:
    lab = build(LINE)
    lab.do("forward")
    before = lab.digest(), lab.position
    lab.do("quiz W.next[1] = -1.35")
    assert (lab.digest(), lab.position) == before


def test_what_an_edit_made_stale_cannot_be_graded_yet() -> None:
    said = graded(PRODUCT, "quiz grad(x) = 4", "forward", "backward f", "set y = 4")
    assert said == "this cannot be graded yet: grad(x) is stale at 0.b.1"
