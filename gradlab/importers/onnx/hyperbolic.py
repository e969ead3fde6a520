"""Hyperbolic functions and their inverses, by powers and logarithms."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _sinh(c: NodeCall) -> OnnxStep:
    x = c.x()
    return (c.m.expm1(x) - c.m.expm1(-x)) * 0.5


def _cosh(c: NodeCall) -> OnnxStep:
    x = c.x()
    return (c.m.exp(x) + c.m.exp(-x)) * 0.5


def _asinh(c: NodeCall) -> OnnxStep:
    x = c.x()
    size = c.m.abs(x)
    return c.m.sign(x) * c.m.log1p(size + size * size / (c.m.sqrt(size * size + 1.0) + 1.0))


def _acosh(c: NodeCall) -> OnnxStep:
    x = c.x()
    return c.m.log(x + c.m.sqrt(x - 1.0) * c.m.sqrt(x + 1.0))


def _atanh(c: NodeCall) -> OnnxStep:
    x = c.x()
    return (c.m.log1p(x) - c.m.log1p(-x)) * 0.5


MAPPING = (
    OnnxMapping("Sinh", _sinh),
    OnnxMapping("Cosh", _cosh),
    OnnxMapping("Asinh", _asinh),
    OnnxMapping("Acosh", _acosh),
    OnnxMapping("Atanh", _atanh),
)
