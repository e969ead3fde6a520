"""The loop of its own of a graph of single numbers: the same bits as by its kernels, and only where it belongs."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.graph.graph import Graph
from gradlab.graph.machines import _fused as fused
from gradlab.graph.machines.compiled import CompiledMachine
from gradlab.graph.measures import Floats, Measures, Probe
from gradlab.graph.tape import Tape
from tests.graph.networks import apply, descend, leaf, xor


def scalars() -> Graph:
    """Return a graph with a shared node, an op that reads a node twice and one with an attribute."""
    graph = Graph()
    x, y = leaf(graph, "x", 0.7), leaf(graph, "y", [-1.3])
    product = apply(graph, "mul", "product", x, y)
    bent = apply(graph, "leaky_relu", "bent", product)
    total = apply(graph, "add", "total", apply(graph, "mul", "square", bent, bent), apply(graph, "sigmoid", "s", product))
    descend(graph, apply(graph, "tanh", "root", total))
    return graph


def loaded(graph: Graph, dtype: str) -> CompiledMachine:
    machine = CompiledMachine(Tape(graph, dtype))
    machine.load(0)
    return machine


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_loop_does_what_the_kernels_do_to_the_last_bit(dtype: str) -> None:
    graph = scalars()
    by_kernels, by_loop = loaded(graph, dtype), loaded(graph, dtype)
    assert by_loop.settle(graph.objectives[0])
    for first, updates in ((0, 1), (1, 300)):
        expected = by_kernels.train(graph.objectives[0], updates, first)
        assert np.array_equal(by_loop.train(graph.objectives[0], updates, first), expected)
        assert by_loop.copy().tobytes() == by_kernels.copy().tobytes()
    assert by_loop._program(graph.objectives[0]).whole.loop is not None


def test_measured_updates_are_run_by_kernels_and_those_between_by_the_loop() -> None:
    graph = scalars()
    machines = []
    for settled in (False, True):
        machine = loaded(graph, "float64")
        taken: list[tuple[int, Floats]] = []
        machine.measure(Measures([Probe(0, "value", 0), Probe(1, "change", 0)], 2, 2048, taken))
        assert not settled or machine.settle(graph.objectives[0])
        losses = [machine.train(graph.objectives[0], 5000, first) for first in (0, 5000)]
        machines.append((np.concatenate(losses).tobytes(), machine.copy().tobytes(), [(u, s.tobytes()) for u, s in taken]))
        assert [update for update, _ in taken] == [0, 2048, 4096, 6144, 8192]
        assert (machine._program(graph.objectives[0]).whole.loop is not None) == settled
    assert machines[0] == machines[1]


def test_it_is_ordered_only_after_millions_of_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, ordered = scalars(), []
    monkeypatch.setattr(fused.Whole, "order", lambda self: ordered.append(self.done))
    monkeypatch.setattr(fused, "UPDATES", 100)
    machine = loaded(graph, "float64")
    for first in (0, 60, 120, 180):
        machine.train(graph.objectives[0], 60, first)
    assert ordered == [120]


def test_a_graph_with_arrays_gets_none() -> None:
    graph = xor()
    assert fused.text(Tape(graph), graph.objectives[0], [0] * len(graph.nodes)) is None


def test_a_loop_that_does_not_compile_is_never_ready() -> None:
    fusing = fused.Fusing("def train(:", "float64")
    assert not fusing.ready(wait=True)
