"""Einsum of one to three operands."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step


def _einsum(c: Call) -> Step:
    return c.m.einsum(*c.xs(), subscripts=str(c.attr("equation", "")).replace(" ", ""))


MAPPING = Mapping("Einsum", _einsum, weights=(1,))
