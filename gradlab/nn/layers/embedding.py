"""An embedding: every word, letter or class has a row of numbers of its own, which is learned.

    z = E[x]                x: numbers from 0 to count - 1, of any shape   E: (count, units)   z: the shape of x, then units

It is one op, `gather`; only the rows that were looked up get a gradient, and one that was looked up twice gets two.
E begins as `init` says, by default normal with a standard deviation of 1; with `E` given, the layer makes none of its own.
`padding_idx` is the number that stands for nothing, where sequences of several lengths are filled up: its row is 0 and gets no
gradient (`padded_gather`).

Source: Bengio, Ducharme, Vincent & Jauvin, *A Neural Probabilistic Language Model*, JMLR 3, 2003.

Example:
    x = input([[2, 0, 1], [1, 1, 2]])
    z = embedding(x, count=3, units=4)
    y = embedding(x, count=3, units=4, padding_idx=0)
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from gradlab.arguments import whole
from gradlab.graph.graph import Node
from gradlab.graph.random import Stream
from gradlab.nn.initializer import Initializer, Rule
from gradlab.nn.initializers.normal import INIT as NORMAL
from gradlab.nn.layer import Make, given_or_new, initializer_of, layer, node_of
from gradlab.op import Array, Shape

STANDARD = NORMAL(1.0)


def embedding(
    make: Make, x: Node, count: int, units: int, init: Initializer = STANDARD, E: Node | None = None,
    padding_idx: int | None = None,
) -> Node:  # fmt: skip
    """Return a row for every number. Raises ArgumentError, ShapeError."""
    node_of("embedding", "x", x)
    count, units = whole("embedding", "count", count), whole("embedding", "units", units)
    init = initializer_of("embedding", "init", init)
    if padding_idx is None:
        return make.op("gather", [given_or_new(make, "embedding", "E", E, (count, units), init), x])
    padding = whole("embedding", "padding_idx", padding_idx, low=0, high=count - 1)
    init = replace(init, rule=partial(_with_padding, init.rule, padding))
    table = given_or_new(make, "embedding", "E", E, (count, units), init)
    return make.op("padded_gather", [table, x], padding_idx=padding)


def _with_padding(rule: Rule, row: int, stream: Stream, shape: Shape, **arguments: Any) -> Array:
    """Return what a rule draws, with one row of zeros."""
    drawn = np.array(rule(stream, shape, **arguments))
    drawn[row] = 0.0
    return drawn


LAYER = layer(embedding)
