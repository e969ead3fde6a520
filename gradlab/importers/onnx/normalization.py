"""Normalisations: of batches by statistics that are given, of samples, groups and channels by their own."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _along(c: NodeCall, x: OnnxStep, i: int) -> OnnxStep:
    """Return an input with one number for each channel so that it lies along them."""
    return c.m.reshape(c.x(i), (x.shape[1], *(1,) * (x.rank - 2)))


def _batch(c: NodeCall) -> tuple[OnnxStep, ...]:
    x, eps = c.x(), float(c.attr("epsilon", 1e-5))
    if x.rank < 2:
        c.refuse(f"batch normalisation of {x.rank} axes")
    if c.attr("training_mode", 0) or (c.opset < 14 and len([n for n in c.node.outputs if n]) > 1):
        return _training(c, x, eps)
    z = c.m.standardize(x, _along(c, x, 3), _along(c, x, 4), eps=eps)
    return (c.m.scale_shift(z, _along(c, x, 1), _along(c, x, 2)),)


def _training(c: NodeCall, x: OnnxStep, eps: float) -> tuple[OnnxStep, ...]:
    axes, kept = (0, *range(2, x.rank)), float(c.attr("momentum", 0.9))
    mean, var = c.m.mean(x, axis=axes, keepdims=True), c.m.var(x, axis=axes, keepdims=True)
    z = c.m.scale_shift(c.m.standardize(x, mean, var, eps=eps), _along(c, x, 1), _along(c, x, 2))
    flat = (c.m.reshape(s, (x.shape[1],)) for s in (mean, var))
    return (z, *(c.x(3 + k) * kept + s * (1 - kept) for k, s in enumerate(flat)))


def _layer(c: NodeCall) -> tuple[OnnxStep, ...]:
    x, eps = c.x(), float(c.attr("epsilon", 1e-5))
    axis = c.axis(int(c.attr("axis", -1)))
    inner = x.shape[axis:]
    gamma, beta = (_spread(c, i, inner, fill) for i, fill in ((1, 1.0), (2, 0.0)))
    z = c.m.layer_norm(x, gamma, beta, eps=eps)
    if not c.wants(1) and not c.wants(2):
        return (z,)
    axes = tuple(range(axis, x.rank))
    mean = c.m.mean(x, axis=axes, keepdims=True)
    return z, mean, 1.0 / c.m.sqrt(c.m.var(x, axis=axes, keepdims=True) + eps)


def _spread(c: NodeCall, i: int, inner: tuple[int, ...], fill: float) -> OnnxStep:
    return c.m.expand(c.x(i), inner) if c.has(i) else c.m.const(np.full(inner, fill))


def _rms(c: NodeCall) -> OnnxStep:
    x, eps = c.x(), float(c.attr("epsilon", 1e-5))
    axis = c.axis(int(c.attr("axis", -1)))
    mean = c.m.mean(c.m.square(x), axis=tuple(range(axis, x.rank)), keepdims=True)
    return x / c.m.sqrt(mean + eps) * c.x(1)


def _instance(c: NodeCall) -> OnnxStep:
    x = c.x()
    return c.m.group_norm(x, c.x(1), c.x(2), groups=x.shape[1], eps=float(c.attr("epsilon", 1e-5)))


def _group(c: NodeCall) -> OnnxStep:
    x, groups = c.x(), int(c.attr("num_groups", 1))
    gamma, beta = c.x(1), c.x(2)
    if gamma.shape != x.shape[1:2]:
        gamma, beta = (c.m.reshape(_repeated(c, s, x.shape[1] // groups), (x.shape[1],)) for s in (gamma, beta))
    return c.m.group_norm(x, gamma, beta, groups=groups, eps=float(c.attr("epsilon", 1e-5)))


def _repeated(c: NodeCall, x: OnnxStep, times: int) -> OnnxStep:
    return c.m.expand(c.m.reshape(x, (x.shape[0], 1)), (x.shape[0], times))


def _lrn(c: NodeCall) -> OnnxStep:
    given = {"alpha": c.attr("alpha", 0.0001), "beta": c.attr("beta", 0.75), "k": c.attr("bias", 1.0)}
    return c.m.lrn(c.x(), size=int(c.attr("size")), **{name: float(value) for name, value in given.items()})


def _lp(c: NodeCall) -> OnnxStep:
    x, axis = c.x(), c.axis(int(c.attr("axis", -1)))
    length = c.m.norm(x, axis=axis, ord=int(c.attr("p", 2)), keepdims=True)
    return x / c.m.where(c.m.equal(length, 0.0), 1.0, length)


def _mean_variance(c: NodeCall) -> OnnxStep:
    x, axes = c.x(), tuple(int(a) % len(c.shape()) for a in c.attr("axes", [0, 2, 3]))
    centred = x - c.m.mean(x, axis=axes, keepdims=True)
    return centred / (c.m.sqrt(c.m.mean(c.m.square(centred), axis=axes, keepdims=True)) + 1e-9)


MAPPING = (
    OnnxMapping("BatchNormalization", _batch, weights=(1, 2), buffers={3: "running_mean", 4: "running_var"}),
    OnnxMapping("LayerNormalization", _layer, weights=(1, 2)),
    OnnxMapping("RMSNormalization", _rms, weights=(1,)),
    OnnxMapping("InstanceNormalization", _instance, weights=(1, 2)),
    OnnxMapping("GroupNormalization", _group, weights=(1, 2)),
    OnnxMapping("LRN", _lrn),
    OnnxMapping("LpNormalization", _lp),
    OnnxMapping("MeanVarianceNormalization", _mean_variance),
)
