"""An embedding: every word, letter or class has a row of numbers of its own, which is learned.

    z = E[x]                x: numbers from 0 to count - 1, of any shape   E: (count, units)   z: the shape of x, then units

It is one op, `gather`; only the rows that were looked up get a gradient, and one that was looked up twice gets two.
E begins as `init` says, by default normal with a standard deviation of 1; with `E` given, the layer makes none of its own.

Source: Bengio, Ducharme, Vincent & Jauvin, *A Neural Probabilistic Language Model*, JMLR 3, 2003.

Example:
    x = input([[2, 0, 1], [1, 1, 2]])
    z = embedding(x, count=3, units=4)
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.normal import INIT as NORMAL
from gradlab.nn.layer import Make, given_or_new, initializer_of, layer, node_of

STANDARD = NORMAL(1.0)


def embedding(make: Make, x: Node, count: int, units: int, init: Initializer = STANDARD, E: Node | None = None) -> Node:
    """Return a row for every number. Raises ArgumentError, ShapeError."""
    node_of("embedding", "x", x)
    count, units = whole("embedding", "count", count), whole("embedding", "units", units)
    rows = given_or_new(make, "embedding", "E", E, (count, units), initializer_of("embedding", "init", init))
    return make.op("gather", [rows, x])


LAYER = layer(embedding)
