"""A fully connected layer: every unit weighs every input.

    z = x @ W + b          x: (…, n_in)   W: (n_in, units)   b: (units,)   z: (…, units)

W begins as `init` says, by default `xavier`, which keeps the variance of a linear or tanh layer; ReLU units want `init=he`.
b begins at zero. It is one op, `affine`; with `bias=False` one `matmul`.

Known as: Linear; fully_connected.
Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.

Example:
    x = input(shape=(8, 3))
    h = tanh(dense(x, 5))
"""

from __future__ import annotations

from gradlab.arguments import choice, whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, initializer_of, layer, node_of


def dense(make: Make, x: Node, units: int, init: Initializer = XAVIER, bias: bool = True) -> Node:
    """Return x @ W + b. Raises ArgumentError, ShapeError."""
    inputs = node_of("dense", "x", x).shape
    units = whole("dense", "units", units)
    if not inputs:
        raise ShapeError("`dense` wants a vector or rows of vectors, got a single number")
    weights = make.param("W", (inputs[-1], units), initializer_of("dense", "init", init))
    if not choice("dense", "bias", bias, (True, False)):
        return make.op("matmul", [x, weights])
    return make.op("affine", [x, weights, make.param("b", (units,), ZEROS)])


LAYER = layer(dense)
