"""DequantizeLinear: whole numbers times a scale, for all, for each channel or for each block."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _dequantize(c: NodeCall) -> OnnxStep:
    x, scale, zero = c.x(0), c.x(1), c.maybe(2)
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
        return s if s.rank == 0 or s.shape == (1,) else c.m.reshape(s, (s.shape[0], *(1,) * (x.rank - axis - 1)))

    centred = x if zero is None else x - spread(zero)
    return centred * spread(scale)


MAPPING = OnnxMapping("DequantizeLinear", _dequantize, kind=1)
