"""An encoder: layers that get smaller, down to a code.

    h_1 = act(x @ W_1 + b_1),  h_2 = act(h_1 @ W_2 + b_2)  …        x: (…, n)   code: (…, last of sizes)

The code is the last of the sizes: `encoder(x, [50, 10])`.

Arguments:
    last  True or False: whether act stands behind the code, too

Source: Hinton & Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, Science 313, 2006.

Example:
    x = input(shape=(8, 100))
    code = encoder(x, [50, 10])
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


def encoder(make: Make, x: Node, sizes: Any, act: Op = RELU, last: bool = True, init: Initializer = HE) -> Node:
    """Return the code. Raises ArgumentError, ShapeError."""
    listed, name = sizes_of("encoder", sizes), activation_of("encoder", "act", act)
    weights = matrices(make, width_of("encoder", x), listed, initializer_of("encoder", "init", init))
    return stacked(make, x, weights, name, flag("encoder", "last", last))


LAYER = layer(encoder)
