"""Products and convolutions of quantised numbers: those of what they mean, from their zero points on.

What comes out are whole numbers, exact as long as float32 holds them, up to 16,777,216.
"""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._scales import along, quantized, whole_kind
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx.conv import convolved


def _rows(c: NodeCall, s: OnnxStep) -> OnnxStep:
    """Return scales or zero points of the rows of a matrix, of which a list has one for each."""
    return c.m.reshape(s, (*s.shape, 1)) if s.rank == 1 and s.shape != (1,) else s


def _centred(c: NodeCall, i: int, zero: int, *, rows: bool = False) -> OnnxStep:
    x, z = c.x(i), c.maybe(zero)
    if z is None or not c.value(zero).fixed:
        return x if z is None else x - z
    return x if not c.numbers(zero).any() else x - (_rows(c, z) if rows else z)


def _channels(c: NodeCall, s: OnnxStep) -> OnnxStep:
    return along(c, s, 0, c.x(1).rank)


def _matmul_integer(c: NodeCall) -> OnnxStep:
    return c.m.matmul(_centred(c, 0, 2, rows=True), _centred(c, 1, 3))


def _conv_integer(c: NodeCall) -> OnnxStep:
    w, zero = c.x(1), c.maybe(3)
    return convolved(c, _centred(c, 0, 2), w if zero is None else w - _channels(c, zero), None)


def _qlinear_matmul(c: NodeCall) -> OnnxStep:
    product = c.m.matmul(_centred(c, 0, 2, rows=True), _centred(c, 3, 5))
    scaled = product * (_rows(c, c.x(1)) * c.x(4) / c.x(6))
    return quantized(c, scaled, c.x(7), whole_kind(c, 7))


def _qlinear_conv(c: NodeCall) -> OnnxStep:
    w, bias = c.x(3), c.maybe(8)
    z = convolved(c, _centred(c, 0, 2), w - along(c, c.x(5), 0, w.rank), None)
    z = z if bias is None else z + along(c, bias, 1, z.rank)
    scale = along(c, c.x(4), 1, z.rank) * c.x(1) / c.x(6)
    return quantized(c, z * scale, c.x(7), whole_kind(c, 7))


MAPPING = (
    OnnxMapping("MatMulInteger", _matmul_integer, kind="int32"),
    OnnxMapping("ConvInteger", _conv_integer, kind="int32"),
    OnnxMapping("QLinearMatMul", _qlinear_matmul, kind=7),
    OnnxMapping("QLinearConv", _qlinear_conv, kind=7),
)
