"""A wrong backward planted in an op of a whole net: `check` sees it, and names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gradlab.op import Op
from gradlab.session import Lab
from tests.lab.models import plain, said

CONV = """
x = randn(1, 1, 4, 4)
h = tanh(conv(x, 2, 3))
p = avg_pool2d(h, 2)
loss = cross_entropy(reshape(p, (1, 2)), const([1]))
"""
LSTM = """
x = randn(2, 1, 2)
y, h, c = lstm(x, 2)
loss = mean(square(y))
"""
NORM = """
x = randn(3, 2)
h = tanh(batch_norm(dense(x, 3)))
k = layer_norm(dense(h, 3))
loss = mean(square(k) * h)
"""
ATTENTION = """
x = randn(1, 2, 2)
a = multi_head_attention(x, 1)
loss = mean(square(tanh(x + a)))
"""
NETS = {"conv": CONV, "lstm": LSTM, "norm": NORM, "attention": ATTENTION}


def spoiled(op: Op, position: int) -> Callable[..., Any]:
    """Return the op's backward with the gradient of one input off by a tenth and a twentieth."""
    assert op.backward is not None
    right = op.backward

    def elementwise(*arguments: Any) -> Any:
        parts = right(*arguments)
        parts = parts if isinstance(parts, tuple) else (parts,)
        return tuple(0.9 * part + 0.05 if i == position else part for i, part in enumerate(parts))

    def array(g: Any, z: Any, *rest: Any) -> None:
        dx = rest[1 if op.variadic else len(op.inputs) + position]
        before = dx.copy()
        right(g, z, *rest)
        adds = bool(rest[2 * len(op.inputs) + position]) if op.assigns else True
        kept = before if adds else 0.0 * before
        dx[...] = kept + 0.9 * (dx - kept) + 0.05

    return elementwise if op.kind == "elementwise" else array


def plant(lab: Lab, name: str, position: int) -> set[str]:
    """Spoil an op wherever it stands; return the names of its nodes."""
    planted = set()
    for node in lab.graph.nodes:
        if node.op.name == name and node.phase == "f":
            bad = replace(node.op, backward=spoiled(node.op, position))
            lab.graph.nodes[node.index] = replace(node, op=bad)
            planted.add(node.name)
    return planted


def places(lab: Lab) -> list[tuple[str, int]]:
    """Return every op of a net with each input to which a gradient flows, and from which one comes."""
    found = set()
    reached = lab.tape.backward_program(lab.graph.aliases["loss"]).reached
    for node in lab.graph.nodes:
        for position, source in enumerate(node.inputs[: 1 if node.op.variadic else None]):
            literal = "_const" in lab.graph.nodes[source].name
            if reached[node.index] and node.op.flows(position) and not literal and not node.op.surrogate:
                found.add((node.op.name, position))
    return sorted(found)


@pytest.mark.parametrize("net", NETS)
def test_a_right_net_has_no_wrong_gradient(net: str) -> None:
    found = {verdict.verdict for verdict in plain(NETS[net]).check()}
    assert "ok" in found
    assert found <= {"ok", "rounding"}, "a bias before batch normalisation changes nothing but rounding"


@pytest.mark.parametrize("net", NETS)
def test_a_wrong_backward_is_seen_and_named_whichever_op_and_input_it_is(net: str) -> None:
    where = places(plain(NETS[net]))
    assert len(where) >= 7
    for op, position in where:
        lab = plain(NETS[net])
        planted = plant(lab, op, position)
        wrong = [verdict for verdict in lab.check() if verdict.verdict == "wrong"]
        assert wrong, (op, position)
        (named,) = [verdict.culprit for verdict in wrong if verdict.culprit]
        assert {part.split(" (")[0] for part in named.split(", ")} <= planted, (op, position, named)
        assert f"({op})" in named


def test_of_several_readers_only_the_wrong_one_is_suspected() -> None:
    lab = plain("x = param([0.5, -1.0])\na = tanh(x)\nb = sin(x)\nloss = sum(a * b)")
    plant(lab, "sin", 0)
    spoken = said(lab, "check")
    assert any(line.endswith("suspected: b (sin)") for line in spoken)
    assert not any("a (tanh)" in line for line in spoken)


def test_what_is_nan_on_both_sides_is_called_undefined_and_is_not_ok() -> None:
    lab = plain("x = param([1.0, -2.0])\ny = log(x)\nloss = sum(y)")
    spoken = said(lab, "check")
    assert any(line.startswith("fail: x[1]  undefined") for line in spoken)
    assert "fail: check    2 undefined" in spoken


def test_numbers_of_a_formula_are_not_listed() -> None:
    lab = plain("x = param(2.0)\nc = const(3.0)\ny = 2.5 * x * c + 1.5")
    assert [verdict.name.startswith("_const") for verdict in lab.check()] == [False] * len(lab.check())
    assert {"x", "c"} <= {verdict.name for verdict in lab.check()}
