"""Root mean square normalisation: every sample alone is divided by its RMS over its last axes, then scaled.

    z = gamma · x / √(mean(x²) + eps)        x, z: (…, n)   gamma: (n,)

Without it gamma is a parameter that begins at 1. `axes` says how many of the last axes are normalised together; a gamma that is
given says it by its own shape. It is one op of the same name.

Source: Zhang & Sennrich, *Root Mean Square Layer Normalization*, NeurIPS 2019.

Example:
    x = input(shape=(8, 3))
    z = rms_norm(x)
    whole = rms_norm(x, axes=2)
    plain = rms_norm(x, const(shape=3, fill=1))
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializers.ones import INIT as ONES
from gradlab.nn.layer import Make, layer, node_of


def rms_norm(make: Make, x: Node, gamma: Node | None = None, eps: float = 1e-5, axes: int = 1) -> Node:
    """Return x divided by its RMS. Raises ArgumentError, ShapeError."""
    shape, count = node_of("rms_norm", "x", x).shape, whole("rms_norm", "axes", axes)
    small = number("rms_norm", "eps", eps, low=0.0)
    if gamma is None and count > len(shape):
        raise ShapeError(f"`rms_norm` over {count} axes wants as many, got shape {shape}")
    scale = make.param("gamma", shape[len(shape) - count :], ONES) if gamma is None else node_of("rms_norm", "gamma", gamma)
    return make.op("rms_norm", [x, scale], eps=small)


LAYER = layer(rms_norm)
