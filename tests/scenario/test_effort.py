"""What an expression may compute: one op, all of its calls together, and what is worked out on zeros when it is read."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.errors import BoundError, GradlabError
from gradlab.ops import OPS
from gradlab.scenario.effort import MOST, counted, spend
from gradlab.scenario.expressions import read_expression
from gradlab.scenario.op_functions import run_op
from gradlab.source import Source

LINE = np.zeros((1, 1_000_000))
IMAGE = np.zeros((1, 300, 300))
MILLION = "expand(1.0, (1000, 1000))"
WHOLE = np.array([[0.0, 0, 0, 299, 299]] * 100)


@pytest.mark.parametrize(
    ("name", "given", "work"),
    [
        ("avg_pool2d", (IMAGE, 150, 1), 151**2 * 150**2),
        ("max_pool2d", (IMAGE, 150, 1), 151**2 * 150**2),
        ("avg_pool1d", (LINE, 500_000, 1), 500_001 * 500_000),
        ("avg_pool1d", (LINE, 1_000_000), 20 * 10**6),
        ("max_pool1d", (LINE, 1_000_000), 20 * 10**6),
        ("max_pool3d", (np.zeros((1, 60, 60, 60)), 30, 1), 31**3 * 30**3),
        ("max_unpool2d", (np.zeros((1, 151, 151)), IMAGE, 150, 1), 300**2 + 151**2 * 150**2),
        ("adaptive_avg_pool2d", (np.zeros((1, 700, 700)), 701), 1401**2),
        ("roi_pool", (IMAGE[None], WHOLE, 1), 100 * 301**2),
        ("lrn", (LINE, 1_000_000), 10**12),
        ("nms", (np.zeros((1000, 4)), np.zeros(1000)), 4 * 1000**2),
        ("einsum", (LINE[0], LINE[0], "i,j->"), 10**12),
        ("einsum", (np.zeros((200, 200)), np.zeros((200, 200)), "ij,kl->ik"), 200**4),
        ("conv2d", (IMAGE, np.zeros((1, 1, 150, 150))), 151**2 * 150**2),
        ("conv_transpose2d", (IMAGE, np.zeros((1, 1, 150, 150))), 300**2 * 150**2),
        ("matmul", (np.zeros((1000, 1000)), np.zeros((1000, 1000))), 10**9),
    ],
)
def test_what_all_windows_read_is_counted_before_it_is_read(name: str, given: tuple[object, ...], work: int) -> None:
    with pytest.raises(BoundError, match=f"`{name}` of {work:,} multiplications in an expression: allowed are 1,000,000"):
        run_op(OPS[name], given, {})


def test_small_windows_over_a_large_image_are_computed() -> None:
    assert run_op(OPS["avg_pool2d"], (np.ones((1, 500, 500)), 2), {}).shape == (1, 250, 250)
    assert run_op(OPS["lrn"], (np.ones((10, 20, 100)), 5), {}).shape == (10, 20, 100)


@pytest.mark.parametrize(
    "expression",
    [
        "sum(expand(1.0, (90000, 1)) < expand(1.0, (1, 90000)))",
        "sum(max(expand(1.0, (90000, 1)), expand(1.0, (1, 90000))))",
        "sum(maximum(expand(1.0, (90000, 1)), expand(1.0, (1, 90000))))",
        "sum(quantile(expand(1.0, (900, 90000)), expand(0.5, 1000000), axis=0))",
    ],
)
@pytest.mark.parametrize("action", ["expect {} > 0", "run until {} > 0"])
def test_what_operands_broadcast_to_is_counted_before_it_is_made(expression: str, action: str) -> None:
    lab = gradlab.build("x = param(1.0)\nloss = x * x\nminimize(loss, sgd(0.1))\n")
    with pytest.raises(GradlabError, match=r"the result would have|elements in an expression"):
        lab.do(action.format(expression))


def test_a_condition_that_broadcasts_too_far_is_refused() -> None:
    lab = gradlab.build("x = param(1.0)\nloss = x * x\nminimize(loss, sgd(0.1))\n")
    with pytest.raises(GradlabError, match="the result would have 8,100,000,000 elements"):
        lab.do("run until expand(1.0, (90000, 1)) > expand(1.0, (1, 90000))")


def test_the_calls_of_one_expression_are_counted_together_and_the_next_begins_anew() -> None:
    lab = gradlab.build("x = const(1.0)\ny = x * 2\n")
    lab.do("forward")
    for _ in range(3):
        assert lab.do(f"expect mean({MILLION} * 2) ~= 2").ok
    many = " + ".join([f"sum({MILLION} + 1)"] * 300)
    with pytest.raises(GradlabError, match=f"the expression computes more than {MOST:,} numbers"):
        lab.do(f"expect {many} > 0")
    sorted_ = " + ".join([f"sum(sort({MILLION}))"] * 5)
    with pytest.raises(GradlabError, match="the expression computes more than"):
        lab.do(f"expect {sorted_} > 0")


def test_an_expression_within_another_has_no_account_of_its_own() -> None:
    with counted(10):
        spend(6)
        with counted(10), pytest.raises(BoundError, match="more than 10 numbers"):
            spend(6)
    with counted(10):
        spend(10)


def test_when_it_is_read_an_expression_of_much_work_is_not_worked_out() -> None:
    known = gradlab.build("x = const([1.0, 2.0])\ny = x * 2\n").known

    def problems(text: str) -> list[str]:
        return [problem.message for problem in read_expression(Source("<test>", text).span(0, len(text))).check(known)]

    wrong = "reshape(x, (3,))"
    assert len(problems(f"sum({wrong})")) == 1
    assert len(problems(f"sum({MILLION}) + sum({wrong})")) == 1
    assert problems(f"sum({' + '.join([MILLION] * 9)}) + sum({wrong})") == []
