"""A residual block: the branch F learns what to add to x, and the gradient has a way around it.

    F(x) = act(x @ W_1 + b_1) @ W_2 + b_2
    y = act(F(x) + x)                       x: (…, n)   W_1: (n, units)   W_2: (units, units)   y: (…, units)

`after=False` leaves the last act out: y = F(x) + x, and ∂y/∂x = ∂F/∂x + 1. Then every layer before hears the loss directly.
With other `units` than n, x goes through `W_skip` on its way around. With `init_last=zeros` a new block adds nothing to x. The
nodes are `F`, `sum`, and `z_1`, `a_1` … in the branch.

Arguments:
    units  whole, from 1: numbers that it gives for a sample; None: as many as x has
    after  True or False: whether act stands behind the sum, too

Source: He, Zhang, Ren & Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016.

Example:
    x = input(shape=(8, 3))
    h = residual(x, 5)
"""

from __future__ import annotations

from gradlab.arguments import choice, whole
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, activation_of, initializer_of, layer
from gradlab.nn.layers._blocks import MAX_DEPTH, shortcut, units_of, weighed, width_of
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU


def residual(
    make: Make, x: Node, units: int | None = None, depth: int = 2, act: Op = RELU, after: bool = True,
    init: Initializer = HE, *, init_last: Initializer | None = None,
) -> Node:  # fmt: skip
    """Return act(F(x) + x). Raises ArgumentError, ShapeError."""
    units = units_of("residual", units, width_of("residual", x))
    name, depth = activation_of("residual", "act", act), whole("residual", "depth", depth, high=MAX_DEPTH)
    init, h = initializer_of("residual", "init", init), x
    last = init if init_last is None else initializer_of("residual", "init_last", init_last)
    for k in range(1, depth + 1):
        h = weighed(make, h, units, init if k < depth else last, f"_{k}")
        if k < depth:
            h = make.named(f"a_{k}", make.op(name, [make.named(f"z_{k}", h)]))
    total = make.op("add", [make.named("F", h), shortcut(make, x, units, init)])
    if not choice("residual", "after", after, (True, False)):
        return total
    return make.op(name, [make.named("sum", total)])


LAYER = layer(residual)
