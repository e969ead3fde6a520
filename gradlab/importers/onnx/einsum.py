"""Einsum of one to three operands."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _einsum(c: NodeCall) -> OnnxStep:
    return c.m.einsum(*c.xs(), subscripts=str(c.attr("equation", "")).replace(" ", ""))


MAPPING = OnnxMapping("Einsum", _einsum, weights=(1,))
