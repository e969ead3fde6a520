"""A dense layer of which, in training, weights are switched off with probability p: dropout of connections, not of units.

    z = x @ (W · mask) + b          x: (…, n_in)   W, mask: (n_in, units)   b: (units,)   z: (…, units)

All samples of a batch share one mask. What is kept is scaled by 1/(1-p); when the model is used, all weights are there. A
weight that was dropped gets no gradient. W begins as `init` says, by default `xavier`, b at zero or as `bias` says. With `W` or
`b` given, this layer uses them and makes none of its own.

Source: Wan et al., *Regularization of Neural Networks using DropConnect*, ICML 2013.

Example:
    x = input(shape=(8, 3))
    h = relu(dropconnect(x, 5, p=0.5))
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, bias_of, given_or_new, initializer_of, layer, node_of
from gradlab.nn.layers.dropout import mask


def dropconnect(
    make: Make, x: Node, units: int, p: float = 0.5, init: Initializer = XAVIER, bias: bool | Initializer = True,
    W: Node | None = None, b: Node | None = None,
) -> Node:  # fmt: skip
    """Return x @ (W · mask) + b. Raises ArgumentError, ShapeError."""
    inputs = node_of("dropconnect", "x", x).shape
    units = whole("dropconnect", "units", units)
    if not inputs:
        raise ShapeError("`dropconnect` wants a vector or rows of vectors, got a single number")
    weights = given_or_new(make, "dropconnect", "W", W, (inputs[-1], units), initializer_of("dropconnect", "init", init))
    kept = make.op("mul", [weights, mask(make, "dropconnect", weights.shape, p)])
    added = bias_of(make, "dropconnect", (units,), bias, b)
    return make.op("affine" if added else "matmul", [x, kept, *added])


LAYER = layer(dropconnect)
