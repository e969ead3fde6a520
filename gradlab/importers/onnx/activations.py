"""Activations that take numbers."""

from __future__ import annotations

from math import inf

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep

SELU = (1.67326319217681884765625, 1.05070102214813232421875)
FLOAT = 3.4028234e38


def _elu(c: NodeCall) -> OnnxStep:
    return c.m.elu(c.x(), alpha=float(c.attr("alpha", 1.0)))


def _selu(c: NodeCall) -> OnnxStep:
    alpha, gamma = float(c.attr("alpha", SELU[0])), float(c.attr("gamma", SELU[1]))
    near = abs(alpha - SELU[0]) + abs(gamma - SELU[1]) < 1e-6
    return c.m.selu(c.x()) if near else c.m.elu(c.x(), alpha=alpha) * gamma


def _leaky_relu(c: NodeCall) -> OnnxStep:
    return c.m.leaky_relu(c.x(), slope=float(c.attr("alpha", 0.01)))


def _hard_sigmoid(c: NodeCall) -> OnnxStep:
    slope, offset = float(c.attr("alpha", 0.2)), float(c.attr("beta", 0.5))
    if abs(slope - 1 / 6) < 1e-7 and offset == 0.5:
        return c.m.hard_sigmoid(c.x())
    return c.m.clip(c.x() * slope + offset, low=0.0, high=1.0)


def _gelu(c: NodeCall) -> OnnxStep:
    x = c.x()
    if c.attr("approximate", "none") == "none":
        return x * c.m.normal_cdf(x)
    return _by_tanh(c, x)


def _by_tanh(c: NodeCall, x: OnnxStep) -> OnnxStep:
    inner = (x + x * x * x * 0.044715) * 0.7978845608028654
    return x * 0.5 * (c.m.tanh(inner) + 1.0)


def _celu(c: NodeCall) -> OnnxStep:
    alpha = float(c.attr("alpha", 1.0))
    return c.m.elu(c.x() / alpha, alpha=1.0) * alpha if alpha != 1 else c.m.elu(c.x())


def _thresholded(c: NodeCall) -> OnnxStep:
    x = c.x()
    return c.m.where(c.m.greater(x, float(c.attr("alpha", 1.0))), x, 0.0)


def _shrink(c: NodeCall) -> OnnxStep:
    x, bias, bound = c.x(), float(c.attr("bias", 0.0)), float(c.attr("lambd", 0.5))
    low, high = (x + bias, x - bias) if bias else (x, x)
    return c.m.where(c.m.less(x, -bound), low, c.m.where(c.m.greater(x, bound), high, 0.0))


def _swish(c: NodeCall) -> OnnxStep:
    x, alpha = c.x(), float(c.attr("alpha", 1.0))
    return c.m.silu(x) if alpha == 1 else x * c.m.sigmoid(x * alpha)


def _clip(c: NodeCall) -> OnnxStep:
    low = c.number(1, -inf) if c.opset >= 11 else float(c.attr("min", -inf))
    high = c.number(2, inf) if c.opset >= 11 else float(c.attr("max", inf))
    low = min(low, high)
    bounds = {name: bound for name, bound in (("low", low), ("high", high)) if abs(bound) < FLOAT}
    return c.m.clip(c.x(), **bounds) if bounds else c.x()


MAPPING = (
    OnnxMapping("Elu", _elu),
    OnnxMapping("Selu", _selu),
    OnnxMapping("LeakyRelu", _leaky_relu),
    OnnxMapping("HardSigmoid", _hard_sigmoid),
    OnnxMapping("Gelu", _gelu),
    OnnxMapping("Celu", _celu),
    OnnxMapping("ThresholdedRelu", _thresholded),
    OnnxMapping("Shrink", _shrink),
    OnnxMapping("Swish", _swish),
    OnnxMapping("Clip", _clip),
)
