"""QuantizeLinear: the nearest multiple of a scale, in whole numbers; no gradient flows through it."""

from __future__ import annotations

from gradlab.importers.onnx._graph import Kind
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._scales import quantized, spreader, whole_kind
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._tensors import SMALL, kind_of, type_name


def _asked(c: NodeCall) -> tuple[Kind, str]:
    """Return the type that comes out, and its name in ONNX where NumPy has none for it. Raises Unsupported."""
    told = int(c.attr("output_dtype", 0))
    if c.has(2) or not told:
        return whole_kind(c, 2), c.value(2).small if c.has(2) else ""
    kind, name = kind_of(told), type_name(told)
    if kind is None or kind.kind not in "iu":
        c.refuse(f"numbers quantised to {name}, which are not whole")
    return kind, name if name.startswith(SMALL) else ""


def _quantize(c: NodeCall) -> OnnxStep:
    x, (kind, small) = c.x(0), _asked(c)
    spread, zero = spreader(c, x), c.maybe(2)
    return quantized(c, x / spread(c.x(1)), None if zero is None else spread(zero), kind, small)


MAPPING = OnnxMapping("QuantizeLinear", _quantize, kind=lambda c: _asked(c)[0])
