"""Graphs that layouts are measured and tested on, as the inputs of each node."""

from __future__ import annotations

import random

Inputs = list[tuple[int, ...]]


def chain(length: int) -> Inputs:
    """Return nodes that each read the one before."""
    return [(index - 1,) if index else () for index in range(length)]


def random_dag(nodes: int, seed: int, most: int = 3, reach: int = 40) -> Inputs:
    """Return nodes that read up to `most` of the `reach` nodes before them."""
    rng = random.Random(seed)
    inputs: Inputs = []
    for index in range(nodes):
        count = min(index, rng.randint(0, most))
        inputs.append(tuple(rng.randrange(max(0, index - reach), index) for _ in range(count)))
    return inputs


class Builder:
    """Collects nodes."""

    def __init__(self) -> None:
        self.inputs: Inputs = []
        self.names: list[str] = []

    def add(self, name: str, *sources: int) -> int:
        """Append a node and give its index."""
        self.inputs.append(sources)
        self.names.append(name)
        return len(self.inputs) - 1


def densenet(blocks: tuple[int, ...] = (6, 12, 24, 16)) -> Builder:
    """Return the op graph of DenseNet-121 as PyTorch traces it: 431 nodes, every concatenation reads all earlier features."""
    graph = Builder()
    flow = graph.add("input")
    for name in ("conv", "norm", "relu", "pool"):
        flow = graph.add(name, flow)
    for block, layers in enumerate(blocks):
        features = [flow]
        for _ in range(layers):
            inner = graph.add("concat", *features)
            for name in ("norm", "relu", "conv", "norm", "relu", "conv"):
                inner = graph.add(name, inner)
            features.append(inner)
        flow = graph.add("concat", *features)
        tail = ("norm", "relu", "conv", "pool") if block < len(blocks) - 1 else ("norm", "relu", "pool", "flatten", "linear")
        for name in tail:
            flow = graph.add(name, flow)
    return graph


def lstm(steps: int) -> Builder:
    """Return an LSTM unrolled over time, its weights shared by all steps."""
    graph = Builder()
    x, h, c = graph.add("x"), graph.add("h"), graph.add("c")
    weights, bias = graph.add("W"), graph.add("b")
    for step in range(steps):
        joined = graph.add("concat", graph.add(f"x[{step}]", x), h)
        affine = graph.add("add", graph.add("matmul", joined, weights), bias)
        gates = [graph.add("slice", affine) for _ in range(4)]
        i, f, o = (graph.add("sigmoid", gate) for gate in gates[:3])
        new = graph.add("mul", i, graph.add("tanh", gates[3]))
        c = graph.add("add", graph.add("mul", f, c), new)
        h = graph.add("mul", o, graph.add("tanh", c))
    graph.add("sum", h)
    return graph
