"""The greatest, the smallest, the sum and the mean of any number of arrays."""

from __future__ import annotations

from functools import reduce

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _all(c: NodeCall, op: str) -> OnnxStep:
    return reduce(lambda x, y: c.m.call(op, x, y), c.xs())


MAPPING = (
    OnnxMapping("Max", lambda c: _all(c, "maximum")),
    OnnxMapping("Min", lambda c: _all(c, "minimum")),
    OnnxMapping("Sum", lambda c: _all(c, "add")),
    OnnxMapping("Mean", lambda c: _all(c, "add") / float(len(c.inputs)) if len(c.inputs) > 1 else c.x()),
)
