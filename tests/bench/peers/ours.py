"""gradlab: all updates in one call of the training loop, and one call from Python for every update."""

from __future__ import annotations

from typing import Any

from gradlab.graph.graph import Graph, Node
from gradlab.graph.machines.compiled import CompiledMachine
from gradlab.graph.tape import Tape
from tests.bench.peers import Peer, Runner
from tests.bench.workload import Workload
from tests.graph.networks import apply, descend, leaf


class _Words:
    """Each word appends a node."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def _op(self, op: str, *inputs: Node, **attrs: Any) -> Node:
        return apply(self.graph, op, f"{op}.{len(self.graph.nodes)}", *inputs, **attrs)

    def __getattr__(self, op: str) -> Any:
        return lambda *inputs: self._op(op, *inputs)

    def complement(self, x: Node) -> Node:
        return self._op("sub", self.graph.find("one") or leaf(self.graph, "one", 1.0, "const"), x)

    def concat(self, x: Node, y: Node) -> Node:
        return self._op("concat", x, y, axis=1)

    def columns(self, x: Node, start: int, stop: int) -> Node:
        return self._op("index", x, key=(slice(None), slice(start, stop)))

    def conv(self, x: Node, w: Node, b: Node, padding: int) -> Node:
        return self._op("conv2d", x, w, b, padding=padding)

    def pool(self, x: Node) -> Node:
        return self._op("max_pool2d", x, kernel_size=2)

    def flatten(self, x: Node) -> Node:
        return self._op("reshape", x, shape=(x.shape[0], -1))


def graph_of(work: Workload) -> Graph:
    """Build the graph of a workload with its update."""
    graph = Graph()
    params, data = work.arrays()
    inputs = {name: leaf(graph, name, array, "input") for name, array in data.items()}
    trained = {name: leaf(graph, name, array) for name, array in params.items()}
    descend(graph, work.loss(_Words(graph), trained, inputs), work.rate)
    return graph


def machine_of(work: Workload, dtype: str = "float64") -> CompiledMachine:
    """Return a loaded machine."""
    machine = CompiledMachine(Tape(graph_of(work), dtype))
    machine.load(0)
    return machine


def loop(work: Workload, dtype: str) -> Runner:
    machine = machine_of(work, dtype)
    objective = machine.tape.graph.objectives[0]
    machine.settle(objective)  # the others have compiled too when they are timed
    return lambda n: float(machine.train(objective, n, 0)[-1])


def calls(work: Workload, dtype: str) -> Runner:
    machine = machine_of(work, dtype)
    one = machine.train_one(machine.tape.graph.objectives[0])

    def run(n: int) -> float:
        for _ in range(n - 1):
            one()
        return float(one()[0])

    return run


PEER = (Peer("gradlab, loop", 0, loop), Peer("gradlab, calls", 1, calls))
