"""Comparisons, and what is true of what is true: masks of 1 and 0."""

from __future__ import annotations

from collections.abc import Callable

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _same(op: str) -> Callable[[NodeCall], OnnxStep]:
    return lambda c: c.m.call(op, *c.xs())


def _is_inf(c: NodeCall) -> OnnxStep:
    up, down = c.attr("detect_positive", 1), c.attr("detect_negative", 1)
    x = c.x()
    found = [c.m.equal(x, float(sign) * float("inf")) for sign, wanted in ((1, up), (-1, down)) if wanted]
    if not found:
        return c.m.not_equal(x, x)
    return found[0] if len(found) == 1 else c.m.maximum(*found)


_NAMES = (
    ("Equal", "equal"), ("Greater", "greater"), ("GreaterOrEqual", "greater_equal"), ("Less", "less"),
    ("LessOrEqual", "less_equal"), ("And", "mul"), ("Or", "maximum"), ("Xor", "not_equal"), ("IsNaN", "isnan"),
)  # fmt: skip
MAPPING = (
    *(OnnxMapping(name, _same(op), kind="bool") for name, op in _NAMES),
    OnnxMapping("Not", lambda c: 1.0 - c.x(), kind="bool"),
    OnnxMapping("IsInf", _is_inf, kind="bool"),
)
