"""The greatest, the smallest, the sum and the mean of any number of arrays."""

from __future__ import annotations

from functools import reduce

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step


def _all(c: Call, op: str) -> Step:
    return reduce(lambda x, y: c.m.call(op, x, y), c.xs())


MAPPING = (
    Mapping("Max", lambda c: _all(c, "maximum")),
    Mapping("Min", lambda c: _all(c, "minimum")),
    Mapping("Sum", lambda c: _all(c, "add")),
    Mapping("Mean", lambda c: _all(c, "add") / float(len(c.inputs)) if len(c.inputs) > 1 else c.x()),
)
