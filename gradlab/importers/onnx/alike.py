"""Operations that are ops of gradlab by another name."""

from __future__ import annotations

from collections.abc import Callable

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _same(op: str) -> Callable[[NodeCall], OnnxStep]:
    return lambda c: c.m.call(op, *c.xs())


_NAMES = (
    ("Abs", "abs"), ("Acos", "acos"), ("Asin", "asin"), ("Atan", "atan"), ("Cos", "cos"), ("Sin", "sin"), ("Tan", "tan"),
    ("Tanh", "tanh"), ("Exp", "exp"), ("Log", "log"), ("Sqrt", "sqrt"), ("Reciprocal", "reciprocal"), ("Erf", "erf"),
    ("Floor", "floor"), ("Neg", "neg"), ("Sign", "sign"), ("Sigmoid", "sigmoid"), ("Softplus", "softplus"),
    ("Softsign", "softsign"), ("Mish", "mish"), ("Relu", "relu"), ("HardSwish", "hardswish"),
    ("Add", "add"), ("Sub", "sub"), ("Mul", "mul"), ("Pow", "pow"),
)  # fmt: skip
MAPPING = (
    *(OnnxMapping(name, _same(op)) for name, op in _NAMES),
    OnnxMapping("PRelu", _same("prelu"), weights=(1,)),
    OnnxMapping("Binarizer", lambda c: c.m.greater(c.x(), float(c.attr("threshold", 0.0))), domain="ai.onnx.ml"),
    OnnxMapping("OptionalGetElement", lambda c: c.value()),
    OnnxMapping("Where", _same("where"), kind=1),
)
