"""A gated recurrent unit on images, unrolled over time: its weights are kernels, and its state is an image.

    hs, h = conv_gru(x, channels, kernel_size=3)

    z, r = split(σ(conv2d([x, h], W, b)), 2)            W: (2 · channels, c + channels, k, k)   b: (2 · channels,)
    ĥ = tanh(conv2d([x, r · h], W_h, b_h))              W_h: (channels, c + channels, k, k)     b_h: (channels,)
    h' = z · h + (1 - z) · ĥ

x: (time, batch, c, height, width), or (time, c, height, width).   hs: (time, batch, channels, height, width), the state after
every step.   h: the last one. Every kernel has an odd size, so that zeros around the image keep its size. The nodes of step 3
are in the scope `t3`; all steps read the same weights. With `truncate`, a step that no gradient passes begins with the node
`h_cut`.

Arguments:
    kernel_size  whole, from 1 to 1001, odd: the size of a kernel along both axes
    h            a node: the state before the first step; None: zeros

Source: Ballas, Yao, Pal & Courville, *Delving Deeper into Convolutional Networks for Learning Video Representations*, ICLR
2016.

Example:
    x = input(shape=(4, 2, 3, 8, 8))
    hs, h = conv_gru(x, 5)
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, Result, initializer_of, layer, node_of
from gradlab.nn.layers._recurrent import State, Unrolled, Weight, Weights, joined, mixed, parts, steps_of

CHANNELS = -3
"""The axis of the channels."""


def conv_gru(
    make: Make, x: Node, channels: int, kernel_size: int = 3, truncate: int | None = None, h: Any = None,
    init: Initializer = XAVIER,
) -> Result:  # fmt: skip
    """Return all states, then the last. Raises ArgumentError, ShapeError."""
    shape, channels = node_of("conv_gru", "x", x).shape, whole("conv_gru", "channels", channels)
    if len(shape) not in (4, 5):
        raise ShapeError(f"x is of shape (time, batch, channels, height, width), or without batch, got {shape}")
    state = (*shape[1:-3], channels, *shape[-2:])
    over = Unrolled(make, "conv_gru", x, shape[-3], channels, state, 1, steps_of("conv_gru", shape, truncate))
    kernel = _odd(kernel_size)
    weights = list(over.weights(_wanted(kernel, initializer_of("conv_gru", "init", init))))
    states = list(over.states({"h": h}))
    outputs = over.unroll("h", states, weights, lambda x, state, w: _step(make, kernel // 2, x, state, w))
    return over.results(outputs, states)


def _odd(value: Any) -> int:
    size = whole("conv_gru", "kernel_size", value, high=1_001)
    if size % 2 == 0:
        raise ArgumentError(f"`kernel_size` of `conv_gru` is odd, so that a kernel has a middle, got {size}")
    return size


def _wanted(kernel: int, init: Initializer) -> tuple[Weight, ...]:
    """Return what the cell learns."""
    return (
        Weight("W", lambda n, units: (2 * units, n + units, kernel, kernel), init),
        Weight("b", lambda n, units: (2 * units,), ZEROS),
        Weight("W_h", lambda n, units: (units, n + units, kernel, kernel), init),
        Weight("b_h", lambda n, units: (units,), ZEROS),
    )


def _step(make: Make, padding: int, x: Node, state: State, weights: Weights) -> State:
    """Return the next state."""
    h = state[0]
    gates = make.op("conv2d", [joined(make, x, h, CHANNELS), *weights[:2]], padding=padding)
    z, r = parts(make, make.op("sigmoid", [gates]), ("z", "r"), CHANNELS)
    reset = joined(make, x, make.op("mul", [r, h]), CHANNELS)
    candidate = make.op("tanh", [make.op("conv2d", [reset, *weights[2:]], padding=padding)])
    return (mixed(make, z, h, make.named("candidate", candidate)),)


LAYER = layer(conv_gru)
