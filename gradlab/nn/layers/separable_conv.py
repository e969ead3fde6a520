"""A convolution in two steps: one kernel for each channel on its own, then a mix of the channels at each place.

    s = conv2d(x, D, groups=c)   x: (…, c, h, w)   D: (c, 1, tall, wide)
    z = conv2d(s, W, b)          W: (channels, c, 1, 1)   b: (channels,)   z: (…, channels, h', w'), as of `conv`

It has c · tall · wide + channels · c weights where one convolution has channels · c · tall · wide. kernel_size, stride, padding
and dilation are those of the first step. D and W begin as `init` says, b at zero or as `bias` says; with
`bias=False` there is none.

Known as: SeparableConv2D.
Source: Chollet, *Xception: Deep Learning with Depthwise Separable Convolutions*, CVPR 2017.

Example:
    x = input(shape=(2, 3, 8, 8))
    h = relu(separable_conv(x, 8, 3, padding=1, init=he))
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import whole
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, bias_of, initializer_of, layer, node_of
from gradlab.nn.layers.conv import channels_of
from gradlab.ops._window import pair


def separable_conv(make: Make, x: Node, channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, *,
                   dilation: Any = 1, init: Initializer = XAVIER, bias: bool | Initializer = True) -> Node:  # fmt: skip
    """Return the mix of what the kernels of each channel see. Raises ArgumentError, ShapeError."""
    inputs = channels_of("separable_conv", node_of("separable_conv", "x", x).shape)
    channels = whole("separable_conv", "channels", channels)
    kernel = pair({"kernel_size": kernel_size}, "kernel_size", 2, 1)
    initializer_of("separable_conv", "init", init)
    depth = make.param("D", (inputs, 1, *kernel), init)
    seen = make.op("conv2d", [x, depth], stride=stride, padding=padding, dilation=dilation, groups=inputs)
    mix = make.param("W", (channels, inputs, 1, 1), init)
    return make.op("conv2d", [seen, mix, *bias_of(make, "separable_conv", (channels,), bias, None)])


LAYER = layer(separable_conv)
