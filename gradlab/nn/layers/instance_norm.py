"""Instance normalisation: every channel of every sample alone gets mean 0 and variance 1, then a scale and a shift.

    z = gamma · (x - mean) / √(var + eps) + beta        x, z: (B, C, …)   gamma, beta: (C,)

Without them gamma and beta are parameters that begin at 1 and 0; `affine=False` leaves them out, as PyTorch does unless it is
told otherwise. It is the op `group_norm` with as many groups as channels. A channel has at least two places: a single one is
its own mean, and nothing would be left of it.

Known as: InstanceNorm1d; InstanceNorm2d; InstanceNorm3d.
Source: Ulyanov, Vedaldi & Lempitsky, *Instance Normalization: The Missing Ingredient for Fast Stylization*, 2016.

Example:
    x = input(shape=(2, 4, 8, 8))
    z = instance_norm(x)
    plain = instance_norm(x, affine=False)
"""

from __future__ import annotations

from math import prod

from gradlab.arguments import choice, number
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.layer import Make, layer, node_of
from gradlab.nn.layers.layer_norm import scale_and_shift


def instance_norm(
    make: Make, x: Node, gamma: Node | None = None, beta: Node | None = None, eps: float = 1e-5, affine: bool = True
) -> Node:
    """Return x normalised. Raises ArgumentError, ShapeError."""
    shape, small = node_of("instance_norm", "x", x).shape, number("instance_norm", "eps", eps, low=0.0)
    if len(shape) < 3 or not shape[1]:
        raise ShapeError(f"`instance_norm` wants samples with channels and places, (B, C, …), got shape {shape}")
    if prod(shape[2:]) == 1:
        raise ShapeError(f"`instance_norm` wants more than one place in a channel, got shape {shape}")
    if choice("instance_norm", "affine", affine, (True, False)) or gamma is not None or beta is not None:
        scale, shift = scale_and_shift(make, "instance_norm", shape[1:2], gamma, beta)
    else:
        scale, shift = make.constant(1.0, shape[1:2]), make.constant(0.0, shape[1:2])
    return make.op("group_norm", [x, scale, shift], groups=shape[1], eps=small)


LAYER = layer(instance_norm)
