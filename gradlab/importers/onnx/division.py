"""Division and its remainder; of whole numbers the part behind the point is cut off."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._rounding import cut
from gradlab.importers.onnx._tape import Step


def _div(c: Call) -> Step:
    z = c.x(0) / c.x(1)
    return cut(c.m, z) if c.whole else z


def _mod(c: Call) -> Step:
    x, y = c.x(0), c.x(1)
    return x - y * cut(c.m, x / y) if c.attr("fmod", 0) else c.m.mod(x, y)


MAPPING = (Mapping("Div", _div), Mapping("Mod", _mod))
