"""A convolutional layer: the same kernels weigh the surroundings of every place of an image.

    z = conv2d(x, W, b)    x: (…, c, h, w)   W: (channels, c / groups, tall, wide)   b: (channels,)
                           z: (…, channels, h', w'),  h' = ⌊(h + 2 · padding - dilation · (tall - 1) - 1) / stride⌋ + 1

kernel_size, stride, padding and dilation are one number or a pair, down and across; as many groups as channels of x give a
depthwise layer. W begins as `init` says, by default `xavier`; ReLU units want `init=he`. b begins at zero, or as an initializer
says: `bias=constant(0.1)`; with `bias=False` there is none. With `W` or `b` given, this layer uses them and makes none of its
own.

Known as: Conv2d; Conv2D.
Source: LeCun, Bottou, Bengio & Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proc. IEEE 86, 1998.

Example:
    x, t = dataset("digits", image=True, split="train", batch=32)
    h = relu(conv(x, 8, 3, padding=1, init=he))
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, bias_of, given_or_new, initializer_of, layer, node_of
from gradlab.op import Shape
from gradlab.ops._window import pair


def conv(make: Make, x: Node, channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, *,
         dilation: Any = 1, groups: int = 1, init: Initializer = XAVIER,
         bias: bool | Initializer = True, W: Node | None = None, b: Node | None = None) -> Node:  # fmt: skip
    """Return conv2d(x, W, b). Raises ArgumentError, ShapeError."""
    inputs = channels_of("conv", node_of("conv", "x", x).shape)
    channels, groups = whole("conv", "channels", channels), whole("conv", "groups", groups)
    if inputs % groups:
        raise ShapeError(f"{groups} groups cannot share the {inputs} channels of x of shape {x.shape}")
    kernel = pair({"kernel_size": kernel_size}, "kernel_size", 2, 1)
    shape = (channels, inputs // groups, *kernel)
    weights = given_or_new(make, "conv", "W", W, shape, initializer_of("conv", "init", init))
    attrs = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return make.op("conv2d", [x, weights, *bias_of(make, "conv", (channels,), bias, b)], **attrs)


def channels_of(word: str, shape: Shape) -> int:
    """Return how many channels an image has. Raises ShapeError for what is no image."""
    if len(shape) not in (3, 4):
        raise ShapeError(f"`{word}` wants images of shape (batch, channels, height, width), got {shape}")
    return shape[-3]


LAYER = layer(conv)
