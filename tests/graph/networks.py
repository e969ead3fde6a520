"""Small graphs for the tests of the engine, made without the model language."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.graph.graph import Fixed, Graph, Node, Objective
from gradlab.op import Array
from gradlab.ops import OPS


def leaf(graph: Graph, name: str, array: Any, kind: str = "param", phase: str = "f") -> Node:
    """Append a leaf with a value."""
    value = np.asarray(array, np.float64)
    return graph.add(OPS[kind], [], name=name, feed=Fixed(value), shape=value.shape, phase=phase)


def apply(graph: Graph, op: str, name: str, *inputs: Node, **attrs: Any) -> Node:
    """Append an op with its default attributes and these."""
    return graph.add(OPS[op], inputs, {**OPS[op].attrs, **attrs}, name=name)


def descend(graph: Graph, root: Node, rate: float = 0.1) -> Objective:
    """Append plain gradient descent on all parameters."""
    step = leaf(graph, "sgd.lr", rate, "const", "u")
    commits = []
    for param in graph.params:
        slope = graph.add(OPS["window"], [], {"of": param.index}, name=f"{param.name}.grad", phase="u", shape=param.shape)
        following = graph.add(OPS["descend"], [param, slope, step], name=f"{param.name}.next", phase="u")
        commits.append((following.index, param.index))
    params, updates = tuple(p.index for p in graph.params), tuple(n for n, _ in commits)
    objective = Objective(root.index, params, updates, tuple(commits))
    graph.objectives.append(objective)
    return objective


def xor(seed: int = 0) -> Graph:
    """Return a 2-2-1 network on the four cases of XOR, with its update."""
    rng, graph = np.random.default_rng(seed), Graph()
    x = leaf(graph, "x", [[0, 0], [0, 1], [1, 0], [1, 1]], "input")
    t = leaf(graph, "t", [[0], [1], [1], [0]], "input")
    h = dense(graph, "h", x, rng.standard_normal((2, 2)), "tanh")
    y = dense(graph, "y", h, rng.standard_normal((2, 1)), "sigmoid")
    descend(graph, apply(graph, "mse", "loss", y, t), 0.5)
    return graph


def dense(graph: Graph, name: str, x: Node, weights: Array, activation: str) -> Node:
    """Append a dense layer."""
    w, b = leaf(graph, f"{name}.W", weights), leaf(graph, f"{name}.b", np.zeros(weights.shape[1]))
    return apply(graph, activation, name, apply(graph, "affine", f"{name}.z", x, w, b))


def neuron() -> Graph:
    """Return the sigmoid neuron of two inputs, gate by gate."""
    graph = Graph()
    w0, w1, w2 = (leaf(graph, f"w{i}", v) for i, v in enumerate((2.0, -3.0, -3.0)))
    x0, x1 = (leaf(graph, f"x{i}", v, "input") for i, v in enumerate((-1.0, -2.0)))
    total = apply(graph, "add", "s", apply(graph, "mul", "p0", w0, x0), apply(graph, "mul", "p1", w1, x1))
    apply(graph, "sigmoid", "f", apply(graph, "add", "dot", total, w2))
    return graph
