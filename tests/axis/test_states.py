"""The states of all values and gradients, position by position."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

from gradlab.axis.position import Position, State
from gradlab.errors import ActionError
from tests.lab.models import FORK, NEURON, TURNS, XOR, plain, states

FORWARD = {
    "0.f.0": "pending pending pending pending pending",
    "0.f.1": "done pending pending pending pending",
    "0.f.2": "done done pending pending pending",
    "0.f.4": "done done done done pending",
    "0.f.5": "done done done done done",
}
BACKWARD = {
    "0.b.0": "pending pending pending pending pending pending pending pending pending final",
    "0.b.1": "pending pending pending pending pending pending pending pending final final",
    "0.b.2": "pending pending final pending pending pending pending final final final",
    "0.b.3": "pending pending final pending pending final final final final final",
    "0.b.4": "pending final final pending final final final final final final",
    "0.b.5": "final final final final final final final final final final",
}


@pytest.mark.parametrize("at", FORWARD)
def test_values_appear_op_by_op(at: str) -> None:
    lab = plain(NEURON)
    lab.do(f"goto {at}")
    found = lab.snapshot().value_states[5:]
    assert " ".join(State(s).name.lower() for s in found) == FORWARD[at]


@pytest.mark.parametrize("at", BACKWARD)
def test_deltas_flow_back_op_by_op(at: str) -> None:
    lab = plain(NEURON)
    lab.do(f"goto {at}")
    assert [n.name for n in lab.nodes] == ["w0", "w1", "w2", "x0", "x1", "_mul.0", "_mul.1", "_add.0", "dot", "f"]
    assert " ".join(State(s).name.lower() for s in lab.snapshot().grad_states) == BACKWARD[at]


def test_a_whole_picture_of_a_fork_with_a_partial_gradient() -> None:
    lab = plain(FORK)
    lab.do("goto 0.b.2")
    assert states(lab) == dedent("""\
        a done pending
        b done partial
        c done final
        _const.0 done final
        d done final
        e done final""")
    assert lab.brief([1])[0].partial == (1, 2)


def test_what_no_path_leads_from_is_unreached_and_its_gradient_is_zero() -> None:
    lab = plain(FORK)
    lab.do("backward c")
    assert states(lab).splitlines()[4] == "d done unreached"
    assert lab.grad("d") == 0.0


def test_a_pending_gradient_is_refused_and_never_zero() -> None:
    lab = plain(NEURON)
    lab.do("forward")
    with pytest.raises(ActionError, match=r"^grad\(w1\) is pending at 0\.f\.5$"):
        lab.grad("w1")
    assert np.isnan(lab.brief([1])[0].grad)


def test_the_last_op_of_the_update_commits() -> None:
    lab = plain(XOR)
    lab.do("backward")
    weights = lab.value("hidden.W")
    lab.do("goto 0.u.1")
    lab.do(f"step {lab.snapshot().counts[2] - 2}")
    assert lab.position.phase == "u"
    np.testing.assert_array_equal(lab.value("hidden.W"), weights)
    lab.do("step")
    assert lab.position == Position(1)
    assert not np.array_equal(lab.value("hidden.W"), weights)
    np.testing.assert_array_equal(lab.value("hidden.W") - weights, lab.environment().update("hidden.W"))


def test_after_the_commit_values_are_past_until_they_are_computed_again() -> None:
    lab = plain(XOR)
    lab.do("update")
    found = dict(line.split(" ", 1) for line in states(lab).splitlines())
    assert found["loss"] == "past past"
    assert found["hidden.W"] == "done past"
    assert found["hidden.W.next"] == "past unreached"
    lab.do("step")
    lab.do("goto 1.f.2")
    found = dict(line.split(" ", 1) for line in states(lab).splitlines())
    assert (found["hidden.h"], found["output.y"]) == ("done past", "past past")


def test_objectives_take_turns_and_only_the_last_one_is_past() -> None:
    lab = plain(TURNS)
    lab.do("update")
    assert lab.snapshot().root == "p"
    found = dict(line.split(" ", 1) for line in states(lab).splitlines())
    assert found["one.a.next"].startswith("past")
    assert found["two.b.next"].startswith("pending")
    lab.do("update")
    found = dict(line.split(" ", 1) for line in states(lab).splitlines())
    assert found["one.a.next"].startswith("pending")
    assert found["two.b.next"].startswith("past")


def test_what_an_edit_changes_is_stale_until_it_is_run_again() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.b.2")
    lab.do("set x1 = 1")
    assert states(lab) == dedent("""\
        w0 done pending
        w1 done pending
        w2 done stale
        x0 done pending
        x1 done pending
        _mul.0 done pending
        _mul.1 stale pending
        _add.0 stale stale
        dot stale stale
        f stale final""")
    lab.do("step")
    assert "stale" not in states(lab)
    assert lab.value("_mul.1") == -3.0
