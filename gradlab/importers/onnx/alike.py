"""Operations that are ops of gradlab by another name."""

from __future__ import annotations

from collections.abc import Callable

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step


def _same(op: str) -> Callable[[Call], Step]:
    return lambda c: c.m.call(op, *c.xs())


_NAMES = (
    ("Abs", "abs"), ("Acos", "acos"), ("Asin", "asin"), ("Atan", "atan"), ("Cos", "cos"), ("Sin", "sin"), ("Tan", "tan"),
    ("Tanh", "tanh"), ("Exp", "exp"), ("Log", "log"), ("Sqrt", "sqrt"), ("Reciprocal", "reciprocal"), ("Erf", "erf"),
    ("Floor", "floor"), ("Neg", "neg"), ("Sign", "sign"), ("Sigmoid", "sigmoid"), ("Softplus", "softplus"),
    ("Softsign", "softsign"), ("Mish", "mish"), ("Relu", "relu"), ("HardSwish", "hardswish"),
    ("Add", "add"), ("Sub", "sub"), ("Mul", "mul"), ("Pow", "pow"),
)  # fmt: skip
MAPPING = (
    *(Mapping(name, _same(op)) for name, op in _NAMES),
    Mapping("PRelu", _same("prelu"), weights=(1,)),
    Mapping("Binarizer", lambda c: c.m.greater(c.x(), float(c.attr("threshold", 0.0))), domain="ai.onnx.ml"),
    Mapping("OptionalGetElement", lambda c: c.value()),
    Mapping("Where", _same("where"), kind=1),
)
