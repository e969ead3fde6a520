"""Batch normalisation: every channel gets mean 0 and variance 1 over the batch, then a scale and a shift that are learned.

    mean = Σ x / n                                  x, z: (B, C) or (B, C, …)   n: numbers in a channel
    var = Σ (x - mean)² / n                         mean, var, gamma, beta: (C,) or (C, 1, …)
    normalized = (x - mean) / √(var + eps)
    z = gamma · normalized + beta

In mode eval it takes `running_mean` and `running_var` instead: averages that the update phase moves a part, `momentum`, of the
way to those of the batch (the variance divided by n - 1). So the output of a sample then depends on that sample alone. Which of
them are used is to be seen in `used_mean` and `used_var`. gamma begins at 1, beta at 0; `affine=False` leaves them out. With
`gamma`, `beta`, `mean` or `var` given, the layer uses them and makes none of its own; `mean` and `var` are for the mode eval,
and nothing moves them.

Known as: BatchNorm1d; BatchNorm2d; BatchNormalization.
Source: Ioffe & Szegedy, *Batch Normalization: Accelerating Deep Network Training*, ICML 2015.

Example:
    x = input(shape=(8, 3))
    h = relu(batch_norm(dense(x, 5, bias=False)))
"""

from __future__ import annotations

from math import prod

from gradlab.arguments import choice, number
from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializers.ones import INIT as ONES
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, fitting, given_or_new, layer, node_of


def batch_norm(
    make: Make, x: Node, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True, *, gamma: Node | None = None,
    beta: Node | None = None, mean: Node | None = None, var: Node | None = None,
) -> Node:  # fmt: skip
    """Return x normalised. Raises ArgumentError, ShapeError."""
    shape = node_of("batch_norm", "x", x).shape
    if len(shape) < 2:
        raise ShapeError(f"`batch_norm` wants samples with channels, (B, C) or (B, C, …), got shape {shape}")
    small, rate = number("batch_norm", "eps", eps, low=0.0), number("batch_norm", "momentum", momentum, low=0.0, high=1.0)
    scaled = choice("batch_norm", "affine", affine, (True, False))
    if not scaled and (gamma is not None or beta is not None):
        raise ArgumentError("`batch_norm` with `affine=False` takes no `gamma` and no `beta`")
    n = prod(shape) // max(1, shape[1])
    batch_mean = make.named("mean", make.op("channel_mean", [x]))
    batch_var = make.named("var", make.op("channel_var", [x, batch_mean]))
    usual_mean = _usual(make, "mean", mean, batch_mean, 0.0, rate)
    usual_var = _usual(make, "var", var, batch_var, 1.0, rate, n / max(1, n - 1))
    used_mean = make.named("used_mean", make.op("where", [make.mode(), batch_mean, usual_mean]))
    used_var = make.named("used_var", make.op("where", [make.mode(), batch_var, usual_var]))
    normalized = make.op("standardize", [x, used_mean, used_var], eps=small)
    if not scaled:
        return normalized
    make.named("normalized", normalized)
    scale = given_or_new(make, "batch_norm", "gamma", gamma, batch_mean.shape, ONES)
    shift = given_or_new(make, "batch_norm", "beta", beta, batch_mean.shape, ZEROS)
    return make.op("scale_shift", [normalized, scale, shift])


def _usual(make: Make, name: str, given: Node | None, of: Node, start: float, rate: float, scale: float = 1.0) -> Node:
    """Return what the mode eval takes for a statistic of the batch: what was given, else an average that runs along."""
    if given is not None:
        return fitting("batch_norm", name, given, of.shape)
    return make.running(f"running_{name}", of, start, rate, scale)


LAYER = layer(batch_norm)
