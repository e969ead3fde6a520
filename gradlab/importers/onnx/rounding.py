"""Ceil and Round, by the floor."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import OnnxMapping
from gradlab.importers.onnx._rounding import nearest

MAPPING = (
    OnnxMapping("Ceil", lambda c: -c.m.floor(-c.x())),
    OnnxMapping("Round", lambda c: nearest(c.m, c.x())),
)
