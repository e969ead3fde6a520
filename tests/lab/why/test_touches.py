"""What one number of an op touches, against what really moves when it is changed."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.op import Array
from gradlab.session import Lab

OPS = {
    "a product of scalars": "x = param(1.5)\ny = param(-2.0)\nz = x * y",
    "a square": "x = param(1.5)\nz = x * x",
    "a matrix product": "x = param([[1.0, 0.0], [2.0, -1.0], [0.5, 3.0]])\nW = param([[0.5, -1.0], [2.0, 0.0]])\nz = x @ W",
    "an affine map": "x = param([[1.0, 0.0], [2.0, -1.0]])\nW = param([[0.5], [2.0]])\nb = param([0.25])\nz = affine(x, W, b)",
    "a number by number op": "x = param([[1.0, -2.0], [0.0, 0.5]])\nz = tanh(x)",
    "a corner": "x = param([1.0, -2.0, 0.5])\nz = relu(x)",
    "a repeated operand": "x = param([[1.0, -2.0], [0.25, 0.5]])\nb = param([3.0, 4.0])\nz = x * b",
    "a sum over rows": "x = param([[1.0, -2.0], [0.25, 0.5]])\nz = sum(x, axis=0)",
    "a mean": "x = param([[1.0, -2.0], [0.25, 0.5]])\nz = mean(x)",
    "a softmax": "x = param([[1.0, -2.0, 0.5], [0.25, 0.5, 0.0]])\nz = softmax(x)",
    "a convolution": "x = param([[[[1.0, 2.0, 0.0], [0.5, -1.0, 3.0], [2.0, 1.0, 1.0]]]])\n"
    "W = param([[[[1.0, -1.0], [0.0, 2.0]]]])\nz = conv2d(x, W)",
}  # fmt: skip


def everything(lab: Lab, op: int) -> dict[int, list[int]]:
    return {node: list(range(int(np.prod(lab.nodes[node].shape)))) for node in lab.nodes[op].inputs}


def moved(lab: Lab, name: str, element: int, step: float = 1e-6) -> Array:
    """Return by how much the result moves when an element of an operand does."""
    value = lab.value(name)
    ends = []
    for sign in (1.0, -1.0):
        changed = np.array(value)
        changed.reshape(-1)[element] += sign * step
        lab.set(name, changed)
        lab.do("forward")
        ends.append(lab.value("z"))
    lab.set(name, value)
    lab.do("forward")
    return np.asarray((ends[0] - ends[1]) / (2 * step)).reshape(-1)


@pytest.mark.parametrize("model", OPS.values(), ids=list(OPS))
def test_what_a_number_touches_is_what_moves_with_it(model: str) -> None:
    lab = gradlab.build(model)
    lab.do("forward")
    op = next(node.index for node in lab.nodes if node.name == "z")
    size = lab.value("z").size
    for node in dict.fromkeys(lab.nodes[op].inputs):
        for element in range(int(np.prod(lab.nodes[node].shape))):
            found = lab.touches(op, node, element, {}).by_node[op]
            told = np.zeros(size)
            told[found.places] = found.derivatives
            assert np.allclose(told, moved(lab, lab.nodes[node].name, element), atol=1e-6)


@pytest.mark.parametrize("model", OPS.values(), ids=list(OPS))
def test_what_moves_a_number_of_the_result_is_what_touches_it(model: str) -> None:
    lab = gradlab.build(model)
    lab.do("forward")
    op = next(node.index for node in lab.nodes if node.name == "z")
    seen = everything(lab, op)
    for element in range(lab.value("z").size):
        found = lab.touches(op, op, element, seen)
        for node, places in seen.items():
            forth = {place: lab.touches(op, node, place, {}).by_node[op] for place in places}
            reaching = {place: float(one.derivatives[list(one.places).index(element)])
                        for place, one in forth.items() if element in one.places}  # fmt: skip
            back = found.by_node[node]
            assert dict(zip(back.places.tolist(), back.derivatives.tolist(), strict=True)) == reaching


def test_a_number_that_moves_something_by_zero_touches_it() -> None:
    lab = gradlab.build("x = param([[0.0, 1.0]])\nW = param([[2.0], [3.0]])\nz = x @ W")
    lab.do("forward")
    found = lab.touches(2, 1, 0, {}).by_node[2]
    assert (found.places.tolist(), found.derivatives.tolist()) == ([0], [0.0])


def test_what_cannot_be_known_is_said() -> None:
    lab = gradlab.build("x = param([[0.1, 0.2]])\nt = const([1])\nloss = cross_entropy(x, t)")
    assert "pending" in lab.touches(2, 0, 0, {}).note
    lab.do("forward")
    assert lab.touches(2, 1, 0, {}).note == "no gradient flows through cross_entropy to t: what its numbers move is not known"
    assert lab.touches(2, 2, 0, {0: range(2), 1: range(1)}).by_node.keys() == {0}
    assert lab.touches(0, 0, 0, {}).note == "x is not computed: it touches nothing here"


def test_while_a_question_asks_for_a_number_of_the_op_nothing_is_told() -> None:
    lab = gradlab.build("w = param(3.0)\nx = param(2.0)\nz = w * x")
    lab.do("forward")
    assert lab.touches(2, 0, 0, {}).by_node[2].derivatives.tolist() == [2.0]
    lab.do("quiz x")
    found = lab.touches(2, 0, 0, {})
    assert not found.by_node
    assert "asks for one of these numbers" in found.note
