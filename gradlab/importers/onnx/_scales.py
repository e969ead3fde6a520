"""Scales and zero points of quantised numbers: one for all, one for each place along an axis, one for each block of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlab.importers.onnx._graph import Kind
from gradlab.importers.onnx._mapping import NodeCall
from gradlab.importers.onnx._rounding import nearest
from gradlab.importers.onnx._tape import OnnxStep


def spreader(c: NodeCall, x: OnnxStep) -> Callable[[OnnxStep], OnnxStep]:
    """Return what gives scales and zero points of a node the axes of x."""
    block = int(c.attr("block_size", 0))
    axis = int(c.attr("axis", 1))
    axis = axis % x.rank if -x.rank <= axis < x.rank else 0  # one scale for all has no axis

    def spread(s: OnnxStep) -> OnnxStep:
        if block:
            shape = s.shape
            wide = c.m.expand(
                c.m.reshape(s, (*shape[: axis + 1], 1, *shape[axis + 1 :])), (*shape[: axis + 1], block, *shape[axis + 1 :])
            )
            flat = c.m.reshape(wide, (*shape[:axis], shape[axis] * block, *shape[axis + 1 :]))
            return flat[(*(slice(None),) * axis, slice(0, x.shape[axis]))]
        return along(c, s, axis, x.rank)

    return spread


def along(c: NodeCall, s: OnnxStep, axis: int, rank: int) -> OnnxStep:
    """Return numbers along one axis of `rank`; one for all as it is."""
    return s if s.rank == 0 or s.shape == (1,) else c.m.reshape(s, (s.shape[0], *(1,) * (rank - axis - 1)))


def quantized(c: NodeCall, x: OnnxStep, zero: OnnxStep | None, kind: Kind, small: str = "") -> OnnxStep:
    """Return the nearest whole numbers of x, from a zero point on, within the bounds of a type. small: one of fewer bits."""
    c.walk.rounded[c.node.outputs[0]] = None
    z = nearest(c.m, x)
    bits = int(small.removeprefix("U").removeprefix("INT") or 0) if small else kind.itemsize * 8
    low, high = (0, 2**bits - 1) if kind.kind == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return c.m.clip(z if zero is None else z + zero, low=float(low), high=float(high))


def whole_kind(c: NodeCall, i: int, default: type[np.generic] = np.uint8) -> Kind:
    """Return the type of the zero point that is input i, which quantised numbers are of. Raises Unsupported if not whole."""
    kind = c.kind(i) if c.has(i) else np.dtype(default)
    if kind.kind not in "iu":
        c.refuse(f"numbers quantised to {c.value(i).small or kind}, which are not whole")
    return kind
