"""The gradients that op files write down in ops: equal to what `backward` sends, and right to differentiate once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from gradlab.graph.derivative import NotWritten, append_gradient
from gradlab.graph.graph import Fixed, Graph, Node
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.op import Array, Op, Shape
from gradlab.ops import OPS, compiled_ops
from gradlab.scenario.glossary import remarks
from tests.ops.casebook import Case, cases_of


class Place:
    """Nodes at the end of a graph, with numbers for names."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def number(self, value: float) -> Node:
        name = f"n{len(self.graph.nodes)}"
        return self.graph.add(OPS["const"], [], name=name, shape=(), feed=Fixed(np.array(value)))

    def add(self, op: str, inputs: Sequence[Node], attrs: Any) -> Node:
        return self.graph.add(OPS[op], inputs, attrs, name=f"n{len(self.graph.nodes)}")


class Doubled:
    """An op on parameters, Σ c · z of it, its derivatives in nodes, and Σ v of those: its gradient is the second derivative."""

    def __init__(self, op: Op, case: Case, rng: np.random.Generator) -> None:
        graph = Graph()
        place = self.place = Place(graph)
        self.inputs = [graph.add(OPS["param"], (), name=f"x{i}", shape=a.shape) for i, a in enumerate(case.inputs)]
        z = graph.add(op, self.inputs, {**op.attrs, **case.attrs}, name="z")
        self.moved = [k for k in range(len(self.inputs)) if op.flows(k)]
        self.root = place.add("sum", [place.add("mul", [z, self._leaf(rng, z)], {})], {"axis": None, "keepdims": False})
        self.slopes = append_gradient(graph, self.root, [self.inputs[k] for k in self.moved], place)
        self.ways = [self._leaf(rng, slope) for slope in self.slopes]
        parts = [
            place.add("sum", [place.add("mul", [slope, way], {})], {"axis": None, "keepdims": False})
            for slope, way in zip(self.slopes, self.ways, strict=True)
        ]
        total = parts[0]
        for part in parts[1:]:
            total = place.add("add", [total, part], {})
        self.second = total
        self.machine = make_machine(Tape(graph, "float64"), "plain")
        for node in graph.nodes:
            if node.feed is not None:
                self.machine.write(node.index, node.feed.value(0, 0))

    def _leaf(self, rng: np.random.Generator, like: Node) -> Node:
        graph = self.place.graph
        feed = Fixed(rng.uniform(0.5, 1.5, like.shape))
        return graph.add(OPS["const"], [], name=f"c{len(graph.nodes)}", shape=like.shape, feed=feed)

    def run(self, arrays: Sequence[Array]) -> None:
        for node, array in zip(self.inputs, arrays, strict=True):
            self.machine.write(node.index, array)
        self.machine.forward(0, len(self.machine.tape.forward_order))

    def backward(self, root: Node) -> list[Array]:
        order = self.machine.tape.backward_program(root.index).order
        self.machine.seed(root.index, np.ones(root.shape))
        self.machine.backward(root.index, 0, len(order), False)
        return [self.machine.grad(self.inputs[k].index).copy() for k in self.moved]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def covered(op: Op) -> bool:
    return op.gradient is not None and any(op.flows(k) for k in range(len(op.inputs)))


with_gradient = pytest.mark.parametrize("op", [pytest.param(op, id=name) for name, op in compiled_ops().items() if covered(op)])


@with_gradient
def test_the_gradient_in_nodes_is_what_backward_sends(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        both = Doubled(op, case, rng)
        both.run(case.inputs)
        for slope, sent in zip(both.slopes, both.backward(both.root), strict=True):
            assert slope.shape == sent.shape
            scale = max(1.0, float(np.max(np.abs(sent), initial=0.0)))
            np.testing.assert_allclose(both.machine.value(slope.index), sent, rtol=1e-12, atol=1e-12 * scale, err_msg=str(case))


@with_gradient
def test_the_gradient_in_nodes_can_be_differentiated(op: Op, rng: np.random.Generator) -> None:
    """Compared with differences of what `backward` sends, in one direction through all inputs."""
    for case in cases_of(op).draw():
        both = Doubled(op, case, rng)
        both.run(case.inputs)
        seconds = both.backward(both.second)
        ways = [rng.normal(size=a.shape) for a in case.inputs]
        got = sum(float(np.sum(second * ways[k])) for second, k in zip(seconds, both.moved, strict=True))
        assert got == pytest.approx(_difference(both, case, ways), rel=1e-6, abs=1e-6), case


def _difference(both: Doubled, case: Case, ways: Sequence[Array], step: float = 1e-4) -> float:
    """Return by how much Σ v · gradient changes along a direction, by central differences of fourth order."""
    moved = [way if k in both.moved else 0.0 * way for k, way in enumerate(ways)]
    total = 0.0
    for steps, weight in ((-2, 1.0), (-1, -8.0), (1, 8.0), (2, -1.0)):
        both.run([a + steps * step * way for a, way in zip(case.inputs, moved, strict=True)])
        sent = both.backward(both.root)
        ones = [both.machine.value(way.index) for way in both.ways]
        total += weight * sum(float(np.sum(way * part)) for way, part in zip(ones, sent, strict=True))
    return total / (12 * step)


@pytest.mark.parametrize("op", [pytest.param(op, id=name) for name, op in compiled_ops().items() if not op.derivable])
def test_an_op_without_a_gradient_in_ops_is_refused_by_name(op: Op, rng: np.random.Generator) -> None:
    with pytest.raises(NotWritten, match=f"`{op.name}` of node z has no gradient written in ops"):
        Doubled(op, cases_of(op).draw()[0], rng)
    said = "A model's `gradient` does not go through it: its backward pass is not written in ops."
    assert (said in remarks(op)) == (not op.update_only)


ODD: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("cross_entropy", ([[1, 2], [0, 3]], [1, 1]), {"ignore_index": 1}),
    ("cross_entropy", ([[np.inf, 2], [0, 3]], [7, 1]), {"ignore_index": 7}),
    ("cross_entropy", ([[1, 2], [0, 3]], [5, 1]), {}),
    ("cross_entropy", ([[1, 2], [0, 3]], [np.nan, 1]), {"ignore_index": 1}),
    ("weighted_cross_entropy", ([[1, 2], [0, 3]], [1, 1], [2, 3]), {"ignore_index": 1}),
    ("weighted_cross_entropy", ([[1, 2], [0, 3]], [5, 1], [2, 3]), {"ignore_index": 5}),
    ("weighted_cross_entropy", ([[1, 2], [0, 3]], [4, 1], [2, 3]), {}),
    ("nll", ([[1, 2], [0, 3]], [1, 1]), {"ignore_index": 1}),
    ("nll", ([[1, 2], [0, 3]], [9, -3]), {"ignore_index": -3}),
    ("weighted_mean", ([[1, 2], [0, 3]], [0, 0]), {}),
    ("bce_probabilities", ([0, 1, 0, 1, 2, -1, 0.5], [0, 1, 0.5, 0.5, 1, 0, 1]), {}),
    ("gather", ([[1, 2], [0, 3]], [1, 7, 0.5, -1]), {}),
    ("padded_gather", ([[1, 2], [0, 3]], [0, 1, 7]), {"padding_idx": 0}),
    ("take_along_axis", ([2, 1, 2], [0, 0, 7, -1, 1.5]), {}),
    ("cumprod", ([[0, 2, 0, 3], [1, 0, 2, 3]],), {}),
    ("atan2", ([0, 0, 1, -0.0], [0, 1, 0, -1]), {}),
    ("sort", ([2, 1, 2, np.nan, 1],), {}),
    ("sort", ([2, 1, 2, np.nan, 1],), {"descending": True}),
    ("top_k", ([2, 1, 2, np.nan, 1],), {"k": 2}),
    ("quantile", ([2, np.inf, 2, np.inf],), {"q": 0.9}),
    ("clip", ([2, np.inf, -np.inf, 1],), {"low": 1.0}),
    ("mod", ([2, np.inf, 5], [0, 2, np.inf]), {}),
    ("var", ([[2]],), {"axis": 1, "ddof": 1}),
    ("std", ([[2], [3]],), {"axis": 1, "ddof": 1}),
    ("std", ([[2, 2], [3, 1]],), {"axis": 1, "ddof": 1}),
    ("kl", ([[0, 1]], [[0, 1]]), {"reduction": "none"}),
    ("rms_norm", ([[0, 0]], [1, 2]), {"eps": 0.0}),
    ("mish", ([800, -800, 30],), {}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "attrs"), ODD)
def test_at_the_edges_of_an_op_both_send_the_same(
    name: str, inputs: tuple[Any, ...], attrs: dict[str, Any], rng: np.random.Generator
) -> None:
    case = Case(tuple(np.array(given, float) for given in inputs), {**OPS[name].attrs, **attrs})
    both = Doubled(OPS[name], case, rng)
    both.run(case.inputs)
    for slope, sent in zip(both.slopes, both.backward(both.root), strict=True):
        np.testing.assert_allclose(both.machine.value(slope.index), sent, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [(1, 3, 1, 3, 1, 3), (2, 1, 2, 1, 2, 1), (3, 1, 1), (1,), ()])
def test_what_was_broadcast_is_summed(shape: Shape, rng: np.random.Generator) -> None:
    case = Case((rng.normal(size=shape), rng.normal(size=(2, 3, 2, 3, 2, 3))), {})
    both = Doubled(OPS["mul"], case, rng)
    both.run(case.inputs)
    for slope, sent in zip(both.slopes, both.backward(both.root), strict=True):
        np.testing.assert_allclose(both.machine.value(slope.index), sent, rtol=1e-13, atol=1e-13)


@with_gradient
def test_nan_comes_back_where_backward_sends_it(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        for k, array in enumerate(case.inputs):
            if array.size == 0 or not op.flows(k):
                continue
            spoiled = [a.copy() for a in case.inputs]
            spoiled[k].reshape(-1)[int(rng.integers(0, array.size))] = np.nan
            both = Doubled(op, case, rng)
            both.run(spoiled)
            for slope, sent in zip(both.slopes, both.backward(both.root), strict=True):
                np.testing.assert_array_equal(np.isnan(both.machine.value(slope.index)), np.isnan(sent), err_msg=str(case))
