"""DequantizeLinear: whole numbers times a scale, for all, for each channel or for each block."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._scales import spreader
from gradlab.importers.onnx._tape import OnnxStep


def _dequantize(c: NodeCall) -> OnnxStep:
    x, scale, zero = c.x(0), c.x(1), c.maybe(2)
    spread = spreader(c, x)
    centred = x if zero is None else x - spread(zero)
    return centred * spread(scale)


MAPPING = OnnxMapping("DequantizeLinear", _dequantize, kind=1)
