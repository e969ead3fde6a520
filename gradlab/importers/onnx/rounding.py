"""Ceil and Round, by the floor."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._rounding import nearest
from gradlab.importers.onnx._tape import OnnxStep


def _round(c: NodeCall) -> OnnxStep:
    c.walk.rounded[c.node.outputs[0]] = None
    return nearest(c.m, c.x())


MAPPING = (
    OnnxMapping("Ceil", lambda c: -c.m.floor(-c.x())),
    OnnxMapping("Round", _round),
)
