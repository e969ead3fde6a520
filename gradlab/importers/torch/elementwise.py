"""Operators of one tensor, element by element, that are ops of ours."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping

SAME = {
    "relu": "relu", "sigmoid": "sigmoid", "tanh": "tanh", "exp": "exp", "log": "log", "sqrt": "sqrt", "abs": "abs", "neg": "neg",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan", "erf": "erf", "expm1": "expm1",
    "log1p": "log1p", "square": "square", "reciprocal": "reciprocal", "sign": "sign", "sgn": "sign", "floor": "floor", "silu": "silu",
    "mish": "mish", "selu": "selu", "hardswish": "hardswish", "hardsigmoid": "hard_sigmoid", "log_sigmoid": "logsigmoid",
    "isnan": "isnan",
}  # fmt: skip
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
