"""Einsum of one to three operands."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.ops.einsum import BEFORE, ONE, products


def _einsum(c: NodeCall) -> OnnxStep:
    xs, before = c.xs(), c.m.number(1.0)
    for i, j, letters in products(str(c.attr("equation", "")), len(xs)):
        first, second = (before if k == BEFORE else c.m.number(1.0) if k == ONE else xs[k] for k in (i, j))
        before = c.m.einsum(first, second, subscripts=letters)
    return before


MAPPING = OnnxMapping("Einsum", _einsum, weights=(1,))
