"""gradlab: all updates in one call of the training loop, and one call from Python for every update."""

from __future__ import annotations

from gradlab.graph.compiled import CompiledMachine
from gradlab.graph.graph import Graph
from gradlab.graph.tape import Tape
from tests.bench.peers import Peer, Runner
from tests.bench.workloads import CIRCUIT, RATE, SMALL_RATE, Workload
from tests.graph.networks import apply, descend, leaf


def graph_of(work: Workload) -> Graph:
    """Build the graph of a workload with its update."""
    graph = Graph()
    if work is CIRCUIT:
        x, y, z = (leaf(graph, name, value) for name, value in zip("xyz", work.values, strict=True))
        descend(graph, apply(graph, "mul", "f", apply(graph, "add", "q", x, y), z), SMALL_RATE)
        return graph
    inputs, target, layers = work.arrays()
    h, t = leaf(graph, "x", inputs, "input"), leaf(graph, "t", target, "input")
    for i, ((w, b), act) in enumerate(zip(layers, work.acts, strict=True)):
        z = apply(graph, "affine", f"z{i}", h, leaf(graph, f"W{i}", w), leaf(graph, f"b{i}", b))
        h = apply(graph, act, f"h{i}", z)
    descend(graph, apply(graph, "mse", "loss", h, t), RATE)
    return graph


def machine_of(work: Workload) -> CompiledMachine:
    """Give a loaded machine."""
    machine = CompiledMachine(Tape(graph_of(work)))
    machine.load(0)
    return machine


def loop(work: Workload) -> Runner:
    machine = machine_of(work)
    return lambda n: float(machine.train(machine.tape.graph.objectives[0], n, 0)[-1])


def calls(work: Workload) -> Runner:
    machine = machine_of(work)
    one = machine.train_one(machine.tape.graph.objectives[0])

    def run(n: int) -> float:
        for _ in range(n - 1):
            one()
        return float(one()[0])

    return run


PEER = (Peer("gradlab, loop", 0, loop), Peer("gradlab, calls", 1, calls))
