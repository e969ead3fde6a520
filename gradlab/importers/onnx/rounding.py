"""Ceil and Round, by the floor."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import Mapping
from gradlab.importers.onnx._rounding import nearest

MAPPING = (
    Mapping("Ceil", lambda c: -c.m.floor(-c.x())),
    Mapping("Round", lambda c: nearest(c.m, c.x())),
)
