"""Ops whose backward is on purpose no derivative: the ledger and the check say so, and the parts still add up."""

from __future__ import annotations

from tests.lab.models import plain, said
from tests.lab.why.test_ledger import assert_adds_up

MODEL = """
w = param([0.5, -0.7, 0.2])
x = input([1.5, 0.4, 1.2])
h = guided_relu(w * x)
b = sign_straight_through(h - 0.3)
d = deconv_relu(b * [1.0, -2.0, 0.5])
loss = sum(d * [1.0, -1.0, -3.0]) + sum(stop_gradient(w) * w)
"""


def test_the_parts_add_up_by_the_rule_of_the_surrogate() -> None:
    lab = plain(MODEL)
    lab.do("backward")
    assert assert_adds_up(lab) >= 12


def test_the_ledger_says_that_a_reader_sends_no_derivative() -> None:
    lab = plain("x = param(2.0)\ny = step_straight_through(x)\n")
    lab.do("backward")
    assert said(lab, "explain x") == [
        "value: ∂y/∂x = +1.000000  (y sends no derivative: the gradient goes straight through, as if z were x)",
        "value:   y  +1.000000 × 1 = +1.000000  100.0 %",
    ]


def test_the_check_names_the_rule_and_not_a_fault() -> None:
    lab = plain("x = param(2.0)\ny = step_straight_through(3 * x)\n")
    lab.do("backward")
    *_, summary, rule = said(lab, "check")
    assert summary == "ok: check    2 surrogate"
    assert rule == (
        "info: surrogate: backward is no derivative at `step_straight_through` (the gradient goes straight through, as if z "
        "were x); there it was checked by that rule"
    )
