"""Softmax, its logarithm, and its hard form; before opset 13 all axes from the given one on are one."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _along(op: Callable[[NodeCall, OnnxStep, int], OnnxStep]) -> Callable[[NodeCall], OnnxStep]:
    def emit(c: NodeCall) -> OnnxStep:
        x = c.x()
        old = c.opset < 13
        axis = c.axis(int(c.attr("axis", 1 if old else -1)))
        if not old or axis == x.rank - 1:
            return op(c, x, axis)
        flat = c.m.reshape(x, (prod(x.shape[:axis]), prod(x.shape[axis:])))
        return c.m.reshape(op(c, flat, 1), x.shape)

    return emit


def _hard(c: NodeCall, x: OnnxStep, axis: int) -> OnnxStep:
    rows = c.m.one_hot(c.m.argmax(x, axis=axis), classes=x.shape[axis])
    order = (*range(axis), x.rank - 1, *range(axis, x.rank - 1))
    return c.m.transpose(rows, order)


MAPPING = (
    OnnxMapping("Softmax", _along(lambda c, x, axis: c.m.softmax(x, axis=axis))),
    OnnxMapping("LogSoftmax", _along(lambda c, x, axis: c.m.log_softmax(x, axis=axis))),
    OnnxMapping("Hardmax", _along(_hard)),
)
