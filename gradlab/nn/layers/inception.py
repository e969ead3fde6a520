"""An inception block: kernels of several sizes look at the same image, and what they see is put side by side.

    z = [act(conv1(x)), act(conv3(act(conv1(x)))), act(conv5(act(conv1(x)))), act(conv1(pool(x)))]

x: (…, c, h, w).   z: (…, sum of channels, h, w).   `inception(x, [8, 8, 4, 4])` has all four branches. Each branch is a scope,
`one`, `three`, `five` and `pool`, with `W` and `b`, and `W_reduce` and `b_reduce`. A gradient that arrives is cut into the
parts of the branches.

Arguments:
    channels  a list of four whole numbers from 0: channels of the branches 1x1, 3x3, 5x5 and pooled; 0 leaves one out
    reduce    whole, from 0: channels to which a 1x1 kernel narrows x before the larger kernels, 0: they see x; None: half of
              theirs

Source: Szegedy et al., *Going Deeper with Convolutions*, CVPR 2015.

Example:
    x = input(shape=(2, 3, 8, 8))
    z = inception(x, [8, 8, 4, 4])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, activation_of, initializer_of, layer, node_of
from gradlab.nn.layers.conv import channels_of
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU

KERNELS = {"one": 1, "three": 3, "five": 5, "pool": 1}


@dataclass(frozen=True, slots=True)
class _Branch:
    """What the branches of a block share."""

    make: Make
    act: str
    init: Initializer

    def seen(self, x: Node, channels: int, kernel: int, mark: str = "") -> Node:
        """Return act(conv(x)) of the same height and width."""
        weights = self.make.param(f"W{mark}", (channels, x.shape[-3], kernel, kernel), self.init)
        bias = self.make.param(f"b{mark}", (channels,), ZEROS)
        z = self.make.named(f"z{mark}", self.make.op("conv2d", [x, weights, bias], padding=kernel // 2))
        return self.make.named(f"a{mark}", self.make.op(self.act, [z]))

    def __call__(self, name: str, x: Node, channels: int, reduce: int) -> Node:
        """Return what one branch sees."""
        with self.make.scope(name):
            if name == "pool":
                x = self.make.named("pooled", self.make.op("max_pool2d", [x], kernel_size=3, stride=1, padding=1))
            if KERNELS[name] > 1 and reduce:
                x = self.seen(x, reduce, 1, "_reduce")
            return self.seen(x, channels, KERNELS[name])


def inception(make: Make, x: Node, channels: Any, reduce: int | None = None, act: Op = RELU, init: Initializer = HE) -> Node:
    """Return the branches side by side. Raises ArgumentError, ShapeError."""
    channels_of("inception", node_of("inception", "x", x).shape)
    wanted = _channels(channels)
    if reduce is not None:
        reduce = whole("inception", "reduce", reduce, low=0)
    branch = _Branch(make, activation_of("inception", "act", act), initializer_of("inception", "init", init))
    parts = [
        branch(name, x, count, max(1, count // 2) if reduce is None else reduce)
        for name, count in zip(KERNELS, wanted, strict=True)
        if count
    ]
    return make.op("concat", parts, axis=-3)


def _channels(value: Any) -> list[int]:
    """Return the channels of the four branches. Raises ArgumentError."""
    if not isinstance(value, list | tuple) or len(value) != len(KERNELS):
        raise ArgumentError("`channels` of `inception` is a list of four: for 1x1, 3x3, 5x5 and the pool")
    counts = [whole("inception", "channels", count, low=0) for count in value]
    if not any(counts):
        raise ArgumentError("`channels` of `inception` leaves no branch: one of the four is not 0")
    return counts


LAYER = layer(inception)
