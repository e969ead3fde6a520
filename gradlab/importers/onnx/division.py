"""Division and its remainder; of whole numbers the part behind the point is cut off."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._rounding import cut
from gradlab.importers.onnx._tape import OnnxStep


def _div(c: NodeCall) -> OnnxStep:
    z = c.x(0) / c.x(1)
    return cut(c.m, z) if c.whole else z


def _mod(c: NodeCall) -> OnnxStep:
    x, y = c.x(0), c.x(1)
    return x - y * cut(c.m, x / y) if c.attr("fmod", 0) else c.m.mod(x, y)


MAPPING = (OnnxMapping("Div", _div), OnnxMapping("Mod", _mod))
