"""Group normalisation: the channels of a sample in groups, each with mean 0 and variance 1, then a scale and a shift.

    z = gamma · (x - mean) / √(var + eps) + beta        x, z: (B, C, …)   gamma, beta: (C,)

Without them gamma and beta are parameters that begin at 1 and 0. As many groups as channels normalise every channel of a sample
alone (instance normalisation), one group the whole sample. It is one op of the same name.

Source: Wu & He, *Group Normalization*, ECCV 2018.

Example:
    x = input(shape=(2, 4, 8, 8))
    z = group_norm(x, 2)
    alone = group_norm(x, groups=4)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.layer import Make, layer, node_of
from gradlab.nn.layers.layer_norm import scale_and_shift


def group_norm(
    make: Make, x: Node, groups: int, gamma: Node | None = None, beta: Node | None = None, eps: float = 1e-5
) -> Node:
    """Return x normalised. Raises ArgumentError, ShapeError."""
    shape, count = node_of("group_norm", "x", x).shape, whole("group_norm", "groups", groups)
    small = number("group_norm", "eps", eps, low=0.0)
    if len(shape) < 2:
        raise ShapeError(f"`group_norm` wants samples with channels, (B, C) or (B, C, …), got shape {shape}")
    scale, shift = scale_and_shift(make, "group_norm", shape[1:2], gamma, beta)
    return make.op("group_norm", [x, scale, shift], groups=count, eps=small)


LAYER = layer(group_norm)
