"""Layer normalisation: every sample alone gets mean 0 and variance 1 over its last axes, then a scale and a shift.

    z = gamma · (x - mean) / √(var + eps) + beta        x, z: (…, n)   gamma, beta: (n,)

Without them gamma and beta are parameters that begin at 1 and 0. `axes` says how many of the last axes are normalised together;
gamma and beta that are given say it by their own shape. It is one op of the same name.

Source: Ba, Kiros & Hinton, *Layer Normalization*, arXiv:1607.06450, 2016.

Example:
    x = input(shape=(8, 3))
    z = layer_norm(x)
    whole = layer_norm(x, axes=2)
    plain = layer_norm(x, const(shape=3, fill=1), const(shape=3))
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializers.ones import INIT as ONES
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, layer, node_of
from gradlab.op import Shape


def layer_norm(
    make: Make, x: Node, gamma: Node | None = None, beta: Node | None = None, eps: float = 1e-5, axes: int = 1
) -> Node:
    """Return x normalised. Raises ArgumentError, ShapeError."""
    shape, count = node_of("layer_norm", "x", x).shape, whole("layer_norm", "axes", axes)
    small = number("layer_norm", "eps", eps, low=0.0)
    if gamma is None and count > len(shape):
        raise ShapeError(f"`layer_norm` over {count} axes wants as many, got shape {shape}")
    scale, shift = scale_and_shift(make, "layer_norm", shape[len(shape) - count :], gamma, beta)
    return make.op("layer_norm", [x, scale, shift], eps=small)


def scale_and_shift(make: Make, word: str, shape: Shape, gamma: Node | None, beta: Node | None) -> tuple[Node, Node]:
    """Return gamma and beta: those that are given, else new parameters. Raises ArgumentError when only one is given."""
    if gamma is None and beta is None:
        return make.param("gamma", shape, ONES), make.param("beta", shape, ZEROS)
    if gamma is None or beta is None:
        raise ArgumentError(f"`{word}` takes `gamma` and `beta` or neither of them")
    return node_of(word, "gamma", gamma), node_of(word, "beta", beta)


LAYER = layer(layer_norm)
