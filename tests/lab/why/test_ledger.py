"""Where a number comes from: the parts add up to the gradient, for every element of every kind of network."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.lab.why.arrivals import Drill
from gradlab.scenario.model import build
from gradlab.scenario.overrides import Overrides
from gradlab.session import Lab
from tests.lab.models import BATCHES, FORK, NEURON, TURNS, XOR, plain, said

MIXED = """
x = const([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
W = param(shape=(3, 4), init=normal(1.0))
b = param([0.1, -0.2, 0.3, 0.4])
h = tanh(x @ W + b)
s = h[:, 1:3] * h[0] [0]
m = concat([s, h.T[:2]], axis=1)
n = softmax(m) + max(h, axis=0)[0] - mean(relu(h)) * exp(b[2] / 3)
t = transpose(reshape(n, (4, 2)))
loss = sum(t ** 2) + sqrt(sum(abs(h))) + sum(maximum(W, 0.1)) + mse(h, 2 * h[::-1])
"""


def assert_adds_up(lab: Lab) -> int:
    """Check every element of every gradient; return how many there were."""
    seen = 0
    eps = float(np.finfo(lab.tape.dtype).eps)
    for node in lab.nodes:
        if node.phase != "f" or node.index == lab.run.root_of(lab.position.update):
            continue
        for element in range(int(np.prod(node.shape))):
            ledger = lab.ledger(node.index, element)
            if "no path" in ledger.note or not ledger.terms:
                continue
            parts = sum(row.part for row in ledger.rows) + ledger.other
            assert abs(parts - ledger.total) <= 4 * eps * ledger.terms * ledger.magnitude + 1e-300, ledger
            assert abs(sum(g.part for g in ledger.groups) - parts) <= 4 * eps * ledger.terms * ledger.magnitude
            seen += 1
    return seen


@pytest.mark.parametrize("model", [NEURON, FORK, XOR, BATCHES, MIXED], ids=["neuron", "fork", "xor", "batches", "mixed"])
def test_the_rows_add_up_to_the_gradient(model: str) -> None:
    lab = plain(model)
    lab.do("backward")
    assert assert_adds_up(lab) >= 5


def test_a_row_is_upstream_times_local() -> None:
    lab = plain(NEURON)
    lab.do("backward")
    (row,) = lab.explain("w1").rows
    assert (row.name, row.local) == ("_mul.1", -2.0)
    assert row.part == pytest.approx(-0.393223866483, abs=1e-12)
    assert row.upstream * row.local == row.part


def test_by_sample_a_consumer_that_is_one_number_has_one_group() -> None:
    lab = plain("x = input([1.0, 2.0])\nloss = sum(x) + sum(x * 3.0)\n")
    lab.do("backward")
    found = lab.ledger(lab.graph.aliases["x"], 1, Drill(by="sample"))
    assert [(group.name, group.part, group.terms) for group in found.groups] == [("_mul.0[1]", 3.0, 1), ("_sum.0", 1.0, 1)]
    assert (found.total, found.terms, found.magnitude) == (4.0, 2, 4.0)


def test_gradients_that_meet_at_a_fork_have_a_row_each() -> None:
    lab = plain(FORK)
    lab.do("backward")
    assert said(lab, "explain b") == [
        "value: ∂e/∂b = +5.000000",
        "value:   d  +3.000000 × 1 = +3.000000  60.0 %",
        "value:   c  +2.000000 × 1 = +2.000000  40.0 %",
    ]


def test_only_what_has_been_sent_is_in_a_partial_ledger() -> None:
    lab = plain(FORK)
    lab.do("goto 0.b.2")
    ledger = lab.explain("b")
    assert [row.name for row in ledger.rows] == ["d"]
    assert ledger.note == "partial: 1 of 2 contributions have arrived"


def test_a_ledger_that_is_empty_says_why() -> None:
    lab = plain(FORK)
    lab.do("forward")
    assert said(lab, "explain b") == ["value: ∂e/∂b = pending  (pending at 0.f.3: nothing has been sent to b yet)"]
    lab.do("backward c")
    why = "no path leads from d to the root, and c is not made from it: its gradient is 0"
    assert said(lab, "explain d") == [f"value: ∂c/∂d = +0.000000  ({why})"]


def test_many_parts_show_the_largest_and_the_rest_together() -> None:
    lab = plain("x = input([1.0, 2.0, 3.0] * 10)\nw = param(2.0)\nloss = sum(x * w)\n")
    lab.do("backward")
    ledger = lab.explain("w")
    assert (len(ledger.rows), ledger.terms) == (20, 30)
    assert min(row.part for row in ledger.rows) >= 2.0
    assert sum(row.part for row in ledger.rows) + ledger.other == ledger.total == 60.0


def test_several_consumers_of_many_numbers_have_a_sum_each() -> None:
    lab = plain("x = input([[1.0, 2.0], [3.0, 4.0]])\nw = param([1.0, 1.0])\na = x @ w\nb = a * w\nloss = sum(b)\n")
    lab.do("backward")
    assert said(lab, "explain w[0]") == [
        "value: ∂loss/∂w[0] = +7.000000",
        "value:   b[0]  +1.000000 × 3 = +3.000000  42.9 %",
        "value:   through a: 2 parts = +4.000000  57.1 %",
        "value:     a[0]  +1.000000 × 1 = +1.000000  14.3 %",
        "value:     a[1]  +1.000000 × 3 = +3.000000  42.9 %",
    ]


def test_a_ledger_can_be_asked_for_one_consumer_and_by_sample_or_unit() -> None:
    lab = plain("x = input([[1.0, 2.0], [3.0, 4.0]])\nw = param(2.0)\ny = x * w\nloss = sum(y * x)\n")
    lab.do("backward")
    assert said(lab, "explain w by sample") == [
        "value: ∂loss/∂w = +30.000000",
        "value:   y[0, :]  +5.000000  16.7 %  2 parts",
        "value:   y[1, :]  +25.000000  83.3 %  2 parts",
    ]
    assert said(lab, "explain w through y by unit")[1:] == [
        "value:   y[:, 0]  +10.000000  33.3 %  2 parts",
        "value:   y[:, 1]  +20.000000  66.7 %  2 parts",
    ]
    assert said(lab, "explain x[0, 1] through y")[1:] == ["value:   y[0, 1]  +2.000000 × 2 = +4.000000  50.0 %"]
    with pytest.raises(ActionError, match="nothing of the gradient of `w` came through `loss`"):
        lab.do("explain w through loss")
    with pytest.raises(ActionError, match="`batch` is not one of sample, unit"):
        lab.do("explain w by batch")


def test_many_samples_show_the_largest_and_the_rest_together() -> None:
    lab = plain("x = input([[1.0], [2.0], [3.0]] * 10)\nw = param(2.0)\nloss = sum(x * w)\n")
    lab.do("backward")
    lines = said(lab, "explain w by sample")
    assert len(lines) == 22
    assert lines[-1].split() == ["value:", "other", "10", "more", "parts", "=", "+10.000000"]


def test_parts_that_cancel_are_told() -> None:
    lab = plain("w = param(1.0)\na = 1000.0 * w\nb = 999.0 * w\nloss = a - b\n")
    lab.do("backward")
    assert lab.explain("w").total == 1.0
    assert said(lab, "explain w")[-1] == "value:   parts of size +1999.000000 cancel to 0.05 % of it"


def test_a_past_gradient_is_explained_with_the_weights_it_was_made_with() -> None:
    lab = plain(XOR)
    lab.do("backward")
    now = lab.explain("hidden.h[0, 1]")
    lab.do("update")
    then = lab.explain("hidden.h[0, 1]")
    assert then.note == "past, of update 0"
    assert (then.total, then.rows) == (now.total, now.rows)
    lab.do("step 3")
    assert lab.explain("hidden.h[0, 1]").rows == now.rows


def test_an_element_that_is_not_there_is_refused() -> None:
    lab = plain(XOR)
    lab.do("backward")
    with pytest.raises(ActionError, match=r"`hidden.W` has no element \[2, 0\]: its shape is \(2, 2\)"):
        lab.do("explain hidden.W[2, 0]")


def test_the_formula_has_symbols_and_numbers_and_what_is_sent() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.b.3")
    assert lab.formula(6) == (
        "_mul.1 = w1 · x1",
        "_mul.1 = -3 · (-2) = +6.000000",
        "sends to w1: delta · x1 = 0.196612 × -2 = -0.393224",
        "sends to x1: delta · w1 = 0.196612 × -3 = -0.589836",
    )
    assert lab.formula(0) == ("w0: parameter",)


def test_a_nudge_says_what_the_gradient_predicts_and_what_really_comes() -> None:
    lab = plain("x, y = input(4.0), input(-3.0)\nf = x * y + x * x\n")
    lab.do("forward")
    before = lab.digest()
    assert said(lab, "nudge x by 0.1") == [
        "value: x by 0.1: f is +4.000000",
        "value:   predicted +0.500000   actual +0.510000   apart by +0.010000",
    ]
    assert lab.digest() == before


def test_a_note_is_only_at_the_node_that_was_edited_or_added_to() -> None:
    lab = plain(FORK)
    lab.do("goto 0.f.2\nset d = 7\nbackward")
    assert "edited by hand" not in lab.explain("d").note
    lab.do("set grad(d) = 3")
    assert "edited by hand" in lab.explain("d").note
    assert "edited by hand" not in lab.explain("c").note
    lab = plain(NEURON)
    lab.do("backward")
    assert "added to an earlier gradient" not in lab.explain("w1").note
    lab.do("accumulate")
    assert "added to an earlier gradient" in lab.explain("w1").note
    assert "added to an earlier gradient" not in lab.explain("dot").note


def test_a_gradient_that_is_not_there_yet_is_asked_of_the_first_element() -> None:
    lab = plain("x = param([1.0, 2.0])\ny = sum(x)\n")
    found = lab.ledger(lab.graph.aliases["x"])
    assert (found.element, found.rows) == (0, ())
    assert found.note.startswith("pending")


CANCELS = "x = param([0.1, 0.2, 0.3])\nf = sum(x) * 0.3 - 0.1 * sum(x) - 0.2 * sum(x)\n"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_no_part_is_a_share_of_a_total_that_is_only_rounding(dtype: str) -> None:
    lab = Lab(build(CANCELS, Overrides(dtype=dtype)), "plain")
    lab.do("forward")
    lab.do("backward")
    x = lab.graph.aliases["x"]
    assert abs(float(lab.grad("x")[0])) < 1e-7
    found = lab.ledger(x, 0)
    assert all(math.isnan(row.share) for row in found.rows)
    assert all(math.isnan(group.share) for group in found.groups)
    assert all("%" not in cell for row in found.table().rows for cell in row)
    for ways in (lab.paths(x, 0), lab.paths(x)):
        assert all("%" not in cell for row in ways.table().rows for cell in row)


def test_a_gradient_that_never_came_is_of_the_root_of_the_pass_that_is_shown() -> None:
    lab = plain(TURNS)
    lab.do("train 1")
    unreached = "(no path leads from q to the root, and p is not made from it: its gradient is 0)"
    assert said(lab, "explain q") == [f"value: ∂p/∂q = +0.000000  {unreached}"]
    assert said(lab, "paths q") == [f"value: ∂p/∂q  {unreached}"]
    lab.do("backward")
    assert said(lab, "explain p")[0].startswith("value: ∂q/∂p = +0.000000  (no path leads from p to the root, and q ")


def test_a_snapshot_names_the_root_of_the_gradients_that_are_shown() -> None:
    lab = plain(TURNS)
    roots = {}
    for place in ("0.f.1", "0.b.1", "0.u.1", "1.f.0", "1.f.end", "1.b.0", "2.f.2"):
        lab.do(f"goto {place}")
        roots[place] = lab.snapshot().root
    assert roots == {"0.f.1": "p", "0.b.1": "p", "0.u.1": "p", "1.f.0": "p", "1.f.end": "p", "1.b.0": "q", "2.f.2": "q"}
