"""A residual block with act before the weights: nothing stands on the way around, from the first block to the last.

    F(x) = act(act(x) @ W_1 + b_1) @ W_2 + b_2
    y = x + F(x)                            x: (…, n)   W_1: (n, units)   W_2: (units, units)   y: (…, units)

∂y/∂x = 1 + ∂F/∂x: over many blocks the gradient of the last arrives at the first with a factor of one, plus the rest. With
other `units` than n, x goes through `W_skip` on its way around. With `init_last=zeros` a new block passes x on as it is. The
nodes are `F`, and `a_1`, `z_1` … in the branch.

Arguments:
    units  whole, from 1: numbers that it gives for a sample; None: as many as x has

Source: He, Zhang, Ren & Sun, *Identity Mappings in Deep Residual Networks*, ECCV 2016.

Example:
    x = input(shape=(8, 3))
    h = preactivation(preactivation(x))
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, activation_of, initializer_of, layer
from gradlab.nn.layers._blocks import MAX_DEPTH, shortcut, units_of, weighed, width_of
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU


def preactivation(
    make: Make, x: Node, units: int | None = None, depth: int = 2, act: Op = RELU, init: Initializer = HE, *,
    init_last: Initializer | None = None,
) -> Node:  # fmt: skip
    """Return x + F(x). Raises ArgumentError, ShapeError."""
    units = units_of("preactivation", units, width_of("preactivation", x))
    name, depth = activation_of("preactivation", "act", act), whole("preactivation", "depth", depth, high=MAX_DEPTH)
    init, h = initializer_of("preactivation", "init", init), x
    last = init if init_last is None else initializer_of("preactivation", "init_last", init_last)
    for k in range(1, depth + 1):
        h = weighed(make, make.named(f"a_{k}", make.op(name, [h])), units, init if k < depth else last, f"_{k}")
        make.named(f"z_{k}" if k < depth else "F", h)
    return make.op("add", [shortcut(make, x, units, init), h])


LAYER = layer(preactivation)
