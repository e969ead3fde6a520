"""Operators of one tensor, element by element, that are ops of ours."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping

EQUAL = (
    "relu", "sigmoid", "tanh", "exp", "log", "sqrt", "abs", "neg", "sin", "cos", "tan", "asin", "acos", "atan", "erf", "expm1",
    "log1p", "square", "reciprocal", "sign", "floor", "silu", "mish", "selu", "hardswish", "isnan",
)  # fmt: skip
SAME = {**{name: name for name in EQUAL}, "sgn": "sign", "hardsigmoid": "hard_sigmoid", "log_sigmoid": "logsigmoid"}
"""Our ops by the names of the operators."""


def _mapping(name: str, op: str) -> Mapping:
    return Mapping(name, lambda m, x, **_: m.call(op, x))


def _rsqrt(m: Any, x: Any, **_: Any) -> Any:
    return m.call("pow", x, -0.5)


def _log_sigmoid_forward(m: Any, x: Any, **_: Any) -> Any:
    return m.call("logsigmoid", x), None


MAPPING = (
    *(_mapping(name, op) for name, op in SAME.items()),
    Mapping("rsqrt", _rsqrt),
    Mapping("log_sigmoid_forward", _log_sigmoid_forward),
)
