"""A small problem to minimize: loss = Σ (W + b)² over a parameter W (3, 2) and a number b."""

from __future__ import annotations

import numpy as np

from gradlab.graph.graph import Fixed, Graph, Node
from gradlab.op import Array
from gradlab.ops import OPS

W0 = np.arange(6.0).reshape(3, 2) - 2.2
B0 = np.array(0.3)


def bowl() -> tuple[Graph, Node, list[Node]]:
    """The graph, its loss, its parameters."""
    graph = Graph()
    w = graph.add(OPS["param"], [], name="h.W", shape=(3, 2), feed=Fixed(W0), layer="h")
    b = graph.add(OPS["param"], [], name="b", shape=(), feed=Fixed(B0))
    q = graph.add(OPS["add"], [w, b], name="q")
    s = graph.add(OPS["mul"], [q, q], name="s")
    loss = graph.add(OPS["sum"], [s], dict(OPS["sum"].attrs), name="loss")
    return graph, loss, [w, b]


def gradients(w: Array, b: Array) -> tuple[Array, Array]:
    """∂loss/∂W and ∂loss/∂b."""
    d = 2 * (w + b)
    return d, np.asarray(d.sum())
