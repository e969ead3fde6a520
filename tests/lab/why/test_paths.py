"""Which way a gradient came: the parts of all edges add up to it, in every kind of network that has more than one way."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.axis.position import State
from gradlab.session import Lab

RESIDUAL = """
h = noise(shape=(4, 6))
for i in range(3):
    with layer(f"block{i}"):
        h = h + dense(tanh(dense(h, 6, init=normal(0.5))), 6, init=normal(0.5))
loss = mean(h * h)
"""
HIGHWAY = """
h = noise(shape=(4, 6))
for i in range(3):
    with layer(f"block{i}"):
        gate = sigmoid(dense(h, 6, init=normal(0.5)) - 1)
        h = tanh(dense(h, 6, init=normal(0.5))) * gate + h * (1 - gate)
loss = mean(h * h)
"""
LSTM = """
x = noise(shape=(7, 2, 3))
h, c = const(shape=(2, 4)), const(shape=(2, 4))
W, b = param(shape=(7, 16), init=normal(0.5)), param(shape=16, init=zeros)
for k in range(7):
    with layer(f"t{k}"):
        i, f, o, g = split(concat([x[k], h], axis=1) @ W + b, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        h = sigmoid(o) * tanh(c)
loss = mean(h * h)
"""
DENSENET = """
parts = [noise(shape=(4, 6))]
for i in range(4):
    with layer(f"l{i}"):
        made = relu(dense(concat(parts, axis=1), 3, init=normal(0.5)))
    parts = parts + [made]
loss = mean(concat(parts, axis=1) ** 2)
"""
NETWORKS = {"residual": RESIDUAL, "highway": HIGHWAY, "lstm": LSTM, "densenet": DENSENET}
networks = pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS.keys())


def finished(text: str, backend: str = "plain") -> Lab:
    lab = gradlab.build(text, backend=backend)
    lab.do("forward")
    lab.do("backward")
    return lab


def said(lab: Lab, action: str) -> list[str]:
    return [line.text for line in lab.do(action).lines]


@networks
@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_the_parts_add_up_for_every_node_and_for_its_elements(text: str, backend: str) -> None:
    lab = finished(text, backend)
    split = 0
    for node in lab.graph.nodes:
        if lab.run.grad_state(node.index) is State.FINAL and node.size:
            for element in (None, 0, node.size - 1):
                found = lab.paths(node.index, element)
                split += len(found.ways) > 1
                if found.ways:
                    assert found.adds_up, (node.name, found)
                    assert found.sum == pytest.approx(sum(way.part for way in found.ways), rel=1e-12, abs=1e-300)
    assert split > 5


@networks
def test_a_way_is_what_the_ledger_says_of_its_consumers(text: str) -> None:
    lab = finished(text)
    for node in lab.graph.nodes:
        if lab.run.grad_state(node.index) is not State.FINAL or not node.size:
            continue
        of = {group.consumer: group.part for group in lab.ledger(node.index, 0).groups}
        for way in lab.paths(node.index, 0).ways:
            if len(way.consumers) == len(set(way.consumers)) and len(of) > 1:
                wanted = sum(of[consumer] for consumer in way.consumers)
                assert way.part == pytest.approx(wanted, rel=1e-9, abs=1e-15)


def test_a_wrong_part_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradlab.lab.why import paths

    right = paths._sent
    monkeypatch.setattr(paths, "_sent", lambda *given: 1.0001 * right(*given))
    lab = finished(RESIDUAL)
    assert not lab.paths(lab.graph.aliases["block0.h"]).adds_up
    assert "differs by" in said(lab, "paths block0.h")[-1]


def test_the_sum_of_a_residual_block_is_a_skip() -> None:
    lab = finished(RESIDUAL)
    ways = lab.paths(lab.graph.aliases["block0.h"]).ways
    assert [(way.kind, way.label) for way in ways] == [("branch", "block1.h._affine.0"), ("skip", "block1.h")]


def test_a_shared_weight_is_split_by_time_step() -> None:
    lab = finished(LSTM)
    found = lab.paths(lab.graph.aliases["W"])
    assert [(way.kind, way.label) for way in found.ways] == [("", f"t{k}") for k in range(7)]
    assert found.total == pytest.approx(float(np.linalg.norm(lab.grad("W"))), rel=1e-12)


def test_dense_connections_are_split_by_the_layer_they_lead_to() -> None:
    lab = finished(DENSENET)
    labels = [way.label for way in lab.paths(lab.graph.aliases["l0.made"]).ways]
    assert labels == ["l1", "l2", "l3", "_concat.0"]


def test_paths_are_said_with_their_shares() -> None:
    lab = finished("x = param(3.0)\ny = x * x\nz = y + 4 * x\n")
    assert said(lab, "paths x") == [
        "∂z/∂x = +10.000000",
        "  y       █████████████ +6.000000  60.0 %",
        "  _mul.0  █████████ +4.000000  40.0 %",
        "  sum +10.000000 ✓",
    ]


def test_only_what_has_arrived_is_split() -> None:
    lab = gradlab.build("x = param(3.0)\ny = x * x\nz = y + 4 * x\n")
    lab.do("forward")
    assert said(lab, "paths x") == ["∂z/∂x  (pending at 0.f.3: nothing has been sent to x yet)"]
    lab.do("step 2")
    found = lab.paths(lab.graph.aliases["x"])
    assert [way.label for way in found.ways] == ["_mul.0"]
    assert found.note == "partial: 1 of 3 contributions have arrived"


def test_a_gradient_that_no_path_reaches_says_so() -> None:
    lab = finished("x = param(3.0)\nother = param(1.0)\nunused = other * 2\nz = x * x\n")
    lab.do("backward z")
    why = "no path leads from other to the root, and z is not made from it: its gradient is 0"
    assert said(lab, "paths other") == [f"∂z/∂other  ({why})"]


def test_past_gradients_are_split_with_the_numbers_they_were_made_from() -> None:
    lab = gradlab.build("x = param(3.0)\nz = x * x + 4 * x\nminimize(z, sgd(lr=0.1))\n")
    lab.do("update")
    found = lab.paths(lab.graph.aliases["x"])
    assert (found.total, found.note) == (10.0, "past, of update 0")
    assert found.adds_up
    assert lab.value("x") == 2.0


def test_paths_move_nothing() -> None:
    lab = finished(LSTM)
    before = lab.digest()
    lab.paths(lab.graph.aliases["W"])
    assert lab.digest() == before


def test_float32_parts_add_up_within_its_own_rounding() -> None:
    from gradlab.scenario.model import build
    from gradlab.scenario.overrides import Overrides

    lab = Lab(build(LSTM, Overrides(dtype="float32")), "plain")
    lab.do("forward")
    lab.do("backward")
    assert all(lab.paths(lab.graph.aliases[name]).adds_up for name in ("W", "b", "t2.c", "t2.h"))
