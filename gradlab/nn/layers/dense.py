"""A fully connected layer: every unit weighs every input.

    z = x @ W + b          x: (…, n_in)   W: (n_in, units)   b: (units,)   z: (…, units)

W begins as `init` says, by default `xavier`, which keeps the variance of a linear or tanh layer; ReLU units want `init=he`.
b begins at zero, or as an initializer says: `bias=constant(0.1)`. It is one op, `affine`; with `bias=False` one `matmul`.
With `W` or `b` given, this layer uses them and makes none of its own.

Known as: Linear; fully_connected.
Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.

Example:
    x = input(shape=(8, 3))
    h = tanh(dense(x, 5))
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, bias_of, given_or_new, initializer_of, layer, node_of


def dense(
    make: Make,
    x: Node,
    units: int,
    init: Initializer = XAVIER,
    bias: bool | Initializer = True,
    W: Node | None = None,
    b: Node | None = None,
) -> Node:
    """Return x @ W + b. Raises ArgumentError, ShapeError."""
    inputs = node_of("dense", "x", x).shape
    units = whole("dense", "units", units)
    if not inputs:
        raise ShapeError("`dense` wants a vector or rows of vectors, got a single number")
    weights = given_or_new(make, "dense", "W", W, (inputs[-1], units), initializer_of("dense", "init", init))
    added = bias_of(make, "dense", (units,), bias, b)
    return make.op("affine" if added else "matmul", [x, weights, *added])


LAYER = layer(dense)
