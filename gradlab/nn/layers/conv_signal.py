"""A convolutional layer for signals: the same kernels weigh the surroundings of every place of a series of numbers.

    z = conv1d(x, W, b)    x: (…, c, n)   W: (channels, c / groups, wide)   b: (channels,)
                           z: (…, channels, n'),  n' = ⌊(n + 2 · padding - dilation · (wide - 1) - 1) / stride⌋ + 1

kernel_size, stride, padding and dilation are one number; as many groups as channels of x give a depthwise layer. W begins as
`init` says, by default `xavier`; ReLU units want `init=he`. b begins at zero, or as an initializer says: `bias=constant(0.1)`;
with `bias=False` there is none. With `W` or `b` given, this layer uses them and makes none of its own.

Known as: Conv1d; Conv1D.
Source: Waibel, Hanazawa, Hinton, Shikano & Lang, *Phoneme Recognition Using Time-Delay Neural Networks*, IEEE Trans. ASSP 37,
1989.

Example:
    x = input(shape=(2, 3, 16))
    h = relu(conv_signal(x, 8, 5, padding=2, init=he))
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, bias_of, given_or_new, initializer_of, layer, node_of
from gradlab.ops._window import pair


def conv_signal(make: Make, x: Node, channels: int, kernel_size: int, stride: int = 1, padding: int = 0, *,
                dilation: int = 1, groups: int = 1, init: Initializer = XAVIER,
                bias: bool | Initializer = True, W: Node | None = None, b: Node | None = None) -> Node:  # fmt: skip
    """Return conv1d(x, W, b). Raises ArgumentError, ShapeError."""
    shape = node_of("conv_signal", "x", x).shape
    if len(shape) not in (2, 3):
        raise ShapeError(f"`conv_signal` wants signals of shape (batch, channels, length), got {shape}")
    channels, groups = whole("conv_signal", "channels", channels), whole("conv_signal", "groups", groups)
    if shape[-2] % groups:
        raise ShapeError(f"{groups} groups cannot share the {shape[-2]} channels of x of shape {shape}")
    kernel = pair({"kernel_size": kernel_size}, "kernel_size", 1, 1)
    sizes = (channels, shape[-2] // groups, *kernel)
    weights = given_or_new(make, "conv_signal", "W", W, sizes, initializer_of("conv_signal", "init", init))
    attrs = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return make.op("conv1d", [x, weights, *bias_of(make, "conv_signal", (channels,), bias, b)], **attrs)


LAYER = layer(conv_signal)
