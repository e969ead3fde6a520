"""A decoder: layers that get larger, from a code to what it stands for.

    h_1 = act(x @ W_1 + b_1)  …  y = h_{L-1} @ W_L + b_L            x: (…, n)   y: (…, last of sizes)

The output is the last of the sizes: `decoder(code, [50, 100])`.

Arguments:
    last  True or False: whether act stands behind the output, too

Source: Hinton & Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, Science 313, 2006.

Example:
    code = randn(8, 10)
    y = decoder(code, [50, 100])
"""

from __future__ import annotations

from typing import Any

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, activation_of, initializer_of, layer
from gradlab.nn.layers._blocks import width_of
from gradlab.nn.layers._stack import flag, matrices, sizes_of, stacked
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU


def decoder(make: Make, x: Node, sizes: Any, act: Op = RELU, last: bool = False, init: Initializer = HE) -> Node:
    """Return what the code stands for. Raises ArgumentError, ShapeError."""
    listed, name = sizes_of("decoder", sizes), activation_of("decoder", "act", act)
    weights = matrices(make, width_of("decoder", x), listed, initializer_of("decoder", "init", init))
    return stacked(make, x, weights, name, flag("decoder", "last", last))


LAYER = layer(decoder)
