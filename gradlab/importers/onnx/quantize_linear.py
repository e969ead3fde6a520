"""QuantizeLinear: the nearest multiple of a scale, in whole numbers; no gradient flows through it."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._graph import Kind
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._rounding import nearest
from gradlab.importers.onnx._tape import OnnxStep


def _kind(c: NodeCall) -> Kind:
    return c.kind(2) if c.has(2) else np.dtype(np.uint8)


def _quantize(c: NodeCall) -> OnnxStep:
    x, scale, kind = c.x(0), c.x(1), _kind(c)
    if kind.kind not in "iu" or (scale.rank > 0 and scale.shape != (1,)) or c.attr("block_size", 0):
        c.refuse("more than one scale, or a type that is not whole")
    z = nearest(c.m, x / scale)
    bounds = np.iinfo(kind)
    return c.m.clip(z + c.x(2) if c.has(2) else z, low=float(bounds.min), high=float(bounds.max))


MAPPING = OnnxMapping("QuantizeLinear", _quantize, kind=_kind)
