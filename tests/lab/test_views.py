"""What the faces are given: snapshots, boxes, windows, statistics, checks, lines of a step."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from math import isnan

import numpy as np
import pytest

from gradlab.errors import ActionError
from tests.lab.models import BATCHES, NEURON, TURNS, XOR, plain, said


def test_a_snapshot_says_where_the_cursor_is_and_what_comes_next() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.b.3")
    snapshot = lab.snapshot()
    assert (str(snapshot.position), snapshot.counts, snapshot.root) == ("0.b.3", (5, 5, 0), "f")
    assert (lab.nodes[snapshot.current].name, lab.nodes[snapshot.following].name) == ("_add.0", "_mul.1")
    assert (snapshot.dtype, snapshot.backend, snapshot.mode, snapshot.seed) == ("float64", "plain", "train", 0)


def test_a_snapshot_says_whether_there_is_an_edit_to_take_back() -> None:
    lab = plain(NEURON)
    lab.do("forward")
    assert not lab.snapshot().can_undo
    lab.do("set w1 = 5")
    assert lab.snapshot().can_undo
    lab.do("undo")
    assert not lab.snapshot().can_undo


def test_a_snapshot_holds_no_tensors() -> None:
    lab = plain(XOR)
    lab.do("train 3")
    held = asdict(lab.snapshot())
    held["value_states"], held["grad_states"] = list(held["value_states"]), list(held["grad_states"])
    assert len(json.dumps(held)) < 4000


def test_the_losses_of_a_snapshot_are_thinned() -> None:
    lab = plain(TURNS)
    lab.do("train 5000")
    losses = lab.snapshot().losses
    assert len(losses) <= 2001
    assert losses[-1][0] == 4999


def test_the_nodes_have_their_formulas() -> None:
    lab = plain(NEURON)
    assert [(n.name, n.expression) for n in lab.nodes[5:]] == [
        ("_mul.0", "w0 · x0"), ("_mul.1", "w1 · x1"), ("_add.0", "_mul.0 + _mul.1"), ("dot", "_add.0 + w2"),
        ("f", "sigmoid(dot)"),
    ]  # fmt: skip


def test_a_box_has_the_number_of_a_scalar_and_the_rms_of_an_array() -> None:
    lab = plain(XOR)
    lab.do("backward")
    loss, hidden = lab.brief([lab.known.nodes["loss"], lab.known.nodes["hidden.h"]])
    assert loss.value == lab.value("loss")
    assert hidden.value == pytest.approx(np.sqrt(np.mean(lab.value("hidden.h") ** 2)))
    assert hidden.grad == pytest.approx(np.sqrt(np.mean(lab.grad("hidden.h") ** 2)))


def test_a_window_is_a_part_of_a_table() -> None:
    rows = [[[4 * (3 * i + j) + k for k in range(4)] for j in range(3)] for i in range(2)]
    lab = plain(f"a = const({rows})\ny = sum(a)\n")
    window = lab.window(0, "value", 2, 2, 1, 9)
    np.testing.assert_array_equal(window.array, [[9, 10, 11], [13, 14, 15]])
    assert (window.row0, window.col0, window.total_rows, window.total_cols, window.shape) == (2, 1, 6, 4, (2, 3, 4))
    with pytest.raises(ActionError, match=r"the gradient of `a` is not there at 0\.f\.0"):
        lab.window(0, "grad")
    lab.do("forward")
    assert lab.window(1, "value").array == [[276.0]]


def test_statistics_have_a_row_a_layer_and_nothing_that_is_not_there() -> None:
    lab = plain(XOR)
    names = [row.name for row in lab.stats()]
    assert names == ["hidden", "output"]
    assert lab.stats()[0].activations is None
    assert lab.stats()[0].weights is not None
    lab.do("update")
    row = lab.stats()[0]
    assert row.activations is not None
    assert row.gradients is not None
    assert row.updates is not None
    assert row.updates.rms == pytest.approx(0.1, rel=1e-3)
    assert said(lab, "stats")[1].startswith("value: hidden ")


def test_a_check_moves_nothing_and_finds_no_fault() -> None:
    for model in (NEURON, XOR, BATCHES):
        lab = plain(model)
        lab.do("goto 0.b.1")
        before = lab.digest()
        assert {v.verdict for v in lab.check()} == {"ok"}
        assert lab.do("check").ok
        assert lab.digest() == before


def test_a_wrong_derivative_fails_the_check_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = plain("x = param(0.5)\ny = 3 * x\nz = tanh(y)\nf = z + 1\n")
    node = lab.graph.nodes[lab.known.nodes["z"]]
    monkeypatch.setattr(node, "op", replace(node.op, backward=lambda g, z, x: g * (1 - z)))
    outcome = lab.do("check")
    assert not outcome.ok
    assert any(line.kind == "fail" and "suspected: z (tanh)" in line.text for line in outcome.lines)


def test_a_past_check_uses_the_weights_that_the_values_were_made_with() -> None:
    lab = plain(XOR)
    lab.do("backward")
    now = {v.name: v.analytic for v in lab.check(nodes=["hidden.b"])}
    lab.do("update")
    assert {v.name: v.analytic for v in lab.check(nodes=["hidden.b"])} == now


def test_a_step_says_what_the_op_did() -> None:
    lab = plain(NEURON)
    assert said(lab, "step 2") == [
        "value: 0.f.1  _mul.0  multiply  value -2.000000",
        "value: 0.f.2  _mul.1  multiply  value +6.000000",
    ]
    lab.do("goto 0.b.3")
    assert said(lab, "step") == [
        "value: 0.b.4  _mul.1  multiply  value +6.000000  delta +0.196612  final",
        "value:        sends w1 -0.393224 (0.196612 × -2), x1 -0.589836 (0.196612 × -3)",
    ]


def test_many_steps_are_told_by_their_last() -> None:
    lab = plain(XOR)
    lines = said(lab, "step 40")
    assert lines[0] == "info: … only the last 12 ops are listed"
    assert sum(line.startswith("value: 0.u.") for line in lines) == 12


def test_a_pending_number_is_nan_in_a_box() -> None:
    brief = plain(NEURON).brief([9])[0]
    assert isnan(brief.value)
    assert isnan(brief.grad)
