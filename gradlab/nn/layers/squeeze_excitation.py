"""Squeeze and excitation: the whole image is summed up in one number a channel, and decides how loud each channel is.

    s = mean of x over height and width                     x: (…, c, h, w)   s: (…, c)
    e = σ(act(s @ W_1 + b_1) @ W_2 + b_2)                   W_1: (c, units)   W_2: (units, c)   e: (…, c)
    z = x · e                                               every channel times its number

The nodes are `squeezed` and `excited`.

Arguments:
    units  whole, from 1: how narrow the bottleneck is; None: a quarter of the channels

Source: Hu, Shen & Sun, *Squeeze-and-Excitation Networks*, CVPR 2018.

Example:
    x = input(shape=(2, 4, 8, 8))
    z = squeeze_excitation(x)
"""

from __future__ import annotations

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, activation_of, initializer_of, layer, node_of
from gradlab.nn.layers._blocks import units_of, weighed
from gradlab.nn.layers.conv import channels_of
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU

WORD = "squeeze_excitation"


def squeeze_excitation(make: Make, x: Node, units: int | None = None, act: Op = RELU, init: Initializer = HE) -> Node:
    """Return x with every channel times a number between 0 and 1. Raises ArgumentError, ShapeError."""
    channels = channels_of(WORD, node_of(WORD, "x", x).shape)
    units, name = units_of(WORD, units, max(1, channels // 4)), activation_of(WORD, "act", act)
    init = initializer_of(WORD, "init", init)
    squeezed = make.named("squeezed", make.op("mean", [x], axis=(-2, -1)))
    narrow = make.op(name, [weighed(make, squeezed, units, init, "_1")])
    excited = make.named("excited", make.op("sigmoid", [weighed(make, narrow, channels, init, "_2")]))
    return make.op("mul", [x, make.op("reshape", [excited], shape=(*excited.shape, 1, 1))])


LAYER = layer(squeeze_excitation)
