"""A transposed convolutional layer: every element of an image writes a kernel, weighed by itself, into a larger image.

    z = conv_transpose2d(x, W, b)    x: (…, c, h, w)   W: (c, channels / groups, tall, wide)   b: (channels,)
                                     z: (…, channels, h', w')
                                     h' = (h - 1) · stride - 2 · padding + dilation · (tall - 1) + output_padding + 1

kernel_size, stride, padding, output_padding and dilation are one number or a pair, down and across. W begins as `init` says,
by default `xavier`, which takes the second axis of W for its inputs; b begins at zero, or as an initializer says:
`bias=constant(0.1)`; with `bias=False` there is none. With `W` or `b` given, this layer uses them and makes none of its own.

Known as: ConvTranspose2d; Conv2DTranspose.
Source: Zeiler, Krishnan, Taylor & Fergus, *Deconvolutional Networks*, CVPR 2010.

Example:
    x = input(shape=(2, 8, 4, 4))
    h = relu(conv_transpose(x, 3, 2, stride=2, init=he))
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, bias_of, given_or_new, initializer_of, layer, node_of
from gradlab.nn.layers.conv import channels_of
from gradlab.ops._window import pair


def conv_transpose(make: Make, x: Node, channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, *,
                   output_padding: Any = 0, dilation: Any = 1, groups: int = 1, init: Initializer = XAVIER,
                   bias: bool | Initializer = True, W: Node | None = None, b: Node | None = None) -> Node:  # fmt: skip
    """Return conv_transpose2d(x, W, b). Raises ArgumentError, ShapeError."""
    inputs = channels_of("conv_transpose", node_of("conv_transpose", "x", x).shape)
    channels, groups = whole("conv_transpose", "channels", channels), whole("conv_transpose", "groups", groups)
    if channels % groups:
        raise ShapeError(f"{groups} groups cannot share {channels} channels")
    kernel = pair({"kernel_size": kernel_size}, "kernel_size", 2, 1)
    shape = (inputs, channels // groups, *kernel)
    weights = given_or_new(make, "conv_transpose", "W", W, shape, initializer_of("conv_transpose", "init", init))
    attrs = {"stride": stride, "padding": padding, "output_padding": output_padding, "groups": groups, "dilation": dilation}
    return make.op("conv_transpose2d", [x, weights, *bias_of(make, "conv_transpose", (channels,), bias, b)], **attrs)


LAYER = layer(conv_transpose)
