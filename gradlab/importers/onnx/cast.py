"""Casts: all numbers of a scenario are of one type, so that a cast to a float does nothing, and one to a whole number cuts."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._graph import Kind
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._rounding import cut
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._tensors import kind_of, type_name
from gradlab.importers.onnx._value import OnnxValue


def _target(c: NodeCall) -> Kind:
    kind = kind_of(int(c.attr("to", 0)))
    return _known(c, kind, type_name(int(c.attr("to", 0))))


def _known(c: NodeCall, kind: Kind | None, name: str) -> Kind:
    if kind is None or name.startswith(("FLOAT8", "FLOAT4", "INT4", "INT2", "UINT4", "UINT2")):
        c.refuse(f"a cast to {name}")
    return kind


def _like(c: NodeCall) -> Kind:
    small = c.value(1).small
    return _known(c, c.kind(1), small) if small else c.kind(1)


def _to(c: NodeCall, kind: Kind) -> OnnxStep:
    x = c.x()
    if kind.kind == "b" and c.kind().kind != "b":
        return c.m.not_equal(x, 0.0)
    return cut(c.m, x) if kind.kind in "iu" and c.kind().kind == "f" else x


def _bits(c: NodeCall) -> OnnxValue:
    """Return the bits of known numbers as those of another type of the same size."""
    kind, numbers = _target(c), c.numbers(0)
    if kind.itemsize != numbers.dtype.itemsize:
        c.refuse(f"a cast of the bits of {numbers.dtype} to {kind}, which has another size")
    found = np.ascontiguousarray(numbers).view(kind).reshape(numbers.shape)
    return OnnxValue(c.node.outputs[0], kind, found.shape, found, fixed=c.value().fixed, given=True)


def _identity(c: NodeCall) -> OnnxValue:
    """Return the value itself; a list of one number in the file under the new name, as what it stands for has that."""
    value = c.value()
    return c.walk.stored(c.node.outputs[0], value.array) if value.fixed and value.array is not None and value.is_even else value


MAPPING = (
    OnnxMapping("Cast", lambda c: _to(c, _target(c)), kind=_target),
    OnnxMapping("CastLike", lambda c: _to(c, _like(c)), kind=1),
    OnnxMapping("Identity", _identity),
    OnnxMapping("BitCast", _bits, kind=_target),
)
