"""Comparisons, and what is true of what is true: masks of 1 and 0."""

from __future__ import annotations

from collections.abc import Callable

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step


def _same(op: str) -> Callable[[Call], Step]:
    return lambda c: c.m.call(op, *c.xs())


def _is_inf(c: Call) -> Step:
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
    *(Mapping(name, _same(op), kind="bool") for name, op in _NAMES),
    Mapping("Not", lambda c: 1.0 - c.x(), kind="bool"),
    Mapping("IsInf", _is_inf, kind="bool"),
)
