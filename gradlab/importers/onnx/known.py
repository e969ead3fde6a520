"""What is known before the run: constants, ranges; and dropout, which does nothing in inference."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._folding import MOST, filled, fold
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result


def _range(c: NodeCall) -> Result:
    start, limit, delta = (c.numbers(i).reshape(-1)[0] for i in range(3))
    if delta == 0:
        c.refuse("a range in steps of 0")
    c.bound(abs(float(limit) - float(start)) / abs(float(delta)), MOST, f"a range from {start} to {limit} in steps of {delta}")
    return c.fixed(np.arange(start, limit, delta, dtype=start.dtype))


def _mel(c: NodeCall) -> Result:
    return c.fixed(fold(c.node, [c.numbers(i) for i in range(5)], c.walk.opsets)[0])


def _dropout(c: NodeCall) -> Result:
    if c.has(2) and bool(c.numbers(2).reshape(-1)[0]) and c.number(1, 0.5) > 0:
        c.refuse("dropout in training mode")
    return c.value(), c.fixed(np.broadcast_to(True, c.shape())) if c.wants(1) else None


def _filled(c: NodeCall) -> Result:
    found = filled(c.node, c.numbers(0))
    return c.fixed(found)


MAPPING = (
    OnnxMapping("MelWeightMatrix", _mel, kind="float32"),
    OnnxMapping("ConstantOfShape", _filled, kind="float32"),
    OnnxMapping("Range", _range),
    OnnxMapping("Dropout", _dropout, kind=(0, "bool")),
)
