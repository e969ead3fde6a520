"""Hyperbolic functions and their inverses, by powers and logarithms."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step


def _sinh(c: Call) -> Step:
    x = c.x()
    return (c.m.expm1(x) - c.m.expm1(-x)) * 0.5


def _cosh(c: Call) -> Step:
    x = c.x()
    return (c.m.exp(x) + c.m.exp(-x)) * 0.5


def _asinh(c: Call) -> Step:
    x = c.x()
    size = c.m.abs(x)
    return c.m.sign(x) * c.m.log1p(size + size * size / (c.m.sqrt(size * size + 1.0) + 1.0))


def _acosh(c: Call) -> Step:
    x = c.x()
    return c.m.log(x + c.m.sqrt(x - 1.0) * c.m.sqrt(x + 1.0))


def _atanh(c: Call) -> Step:
    x = c.x()
    return (c.m.log1p(x) - c.m.log1p(-x)) * 0.5


MAPPING = (
    Mapping("Sinh", _sinh),
    Mapping("Cosh", _cosh),
    Mapping("Asinh", _asinh),
    Mapping("Acosh", _acosh),
    Mapping("Atanh", _atanh),
)
