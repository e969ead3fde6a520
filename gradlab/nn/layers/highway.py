"""A highway layer: a gate T decides, number by number, how much is transformed and how much is carried on as it is.

    H = act(x @ W + b)
    T = σ(x @ W_T + b_T)
    y = H · T + x · (1 - T)                 x, H, T, y: (…, n)   W, W_T: (n, n)

b_T begins at `carry`, by default -1: T is about σ(-1) = 0.27, so that a new layer carries three quarters of x, and of the
gradient. The nodes are `H`, `gate` (T), `carry` (1 - T), and the two terms `transformed` and `carried`.

Arguments:
    carry  number: what the bias of the gate begins with; below 0 a new layer carries more than it transforms

Source: Srivastava, Greff & Schmidhuber, *Highway Networks*, 2015.

Example:
    x = input(shape=(8, 3))
    h = highway(x, act=tanh)
"""

from __future__ import annotations

from gradlab.arguments import number
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.constant import INIT as CONSTANT
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, activation_of, initializer_of, layer
from gradlab.nn.layers._blocks import weighed, width_of
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU


def highway(make: Make, x: Node, act: Op = RELU, carry: float = -1.0, init: Initializer = HE) -> Node:
    """Return H · T + x · (1 - T). Raises ArgumentError, ShapeError."""
    width, init = width_of("highway", x), initializer_of("highway", "init", init)
    name, bias = activation_of("highway", "act", act), CONSTANT(number("highway", "carry", carry))
    h = make.named("H", make.op(name, [make.named("z", weighed(make, x, width, init))]))
    t = make.named("gate", make.op("sigmoid", [make.named("z_gate", weighed(make, x, width, init, "_T", bias))]))
    c = make.named("carry", make.op("sub", [make.constant(1.0), t]))
    transformed = make.named("transformed", make.op("mul", [h, t]))
    return make.op("add", [transformed, make.named("carried", make.op("mul", [x, c]))])


LAYER = layer(highway)
