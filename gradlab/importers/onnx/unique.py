"""The numbers, or rows, of an array, each once. Which ones these are the data of this batch say; gradients flow to them."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._value import OnnxValue
from gradlab.op import Array


def _unique(c: NodeCall) -> list[OnnxStep | OnnxValue]:
    x, numbers, given = c.x(), c.numbers(0), c.attr("axis")
    axis = None if given is None else c.axis(int(given))
    _, first, inverse, counts = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True, axis=axis)
    if not c.attr("sorted", 1):
        order = np.argsort(first)
        first, counts, inverse = first[order], counts[order], np.argsort(order)[inverse]
    rows = c.m.reshape(x, (numbers.size,)) if axis is None else c.m.transpose(x, _swapped(x.rank, axis))
    taken = c.m.gather(rows, c.m.leaf("const", first.astype(np.float64), "places", c.m.layer))
    found = taken if axis is None else c.m.transpose(taken, _swapped(x.rank, axis))
    return [
        found,
        *(_whole(c, k, array) for k, array in enumerate((first, inverse.reshape(-1), counts), start=1) if c.wants(k)),
    ]


def _swapped(rank: int, axis: int) -> list[int]:
    """Return the axes with one of them and the first in each other's place."""
    axes = list(range(rank))
    axes[0], axes[axis] = axis, 0
    return axes


def _whole(c: NodeCall, k: int, array: Array) -> OnnxValue:
    whole = array.astype(np.int64)
    return OnnxValue(c.node.outputs[k], whole.dtype, whole.shape, whole, given=True)


MAPPING = OnnxMapping("Unique", _unique, kind=(0, "int64"))
