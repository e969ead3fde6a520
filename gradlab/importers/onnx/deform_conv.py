"""DeformConv: a convolution over an image whose kernels reach for places that are shifted by numbers of the graph."""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._sampling import sampled
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._windows import PoolWindows, windows


def _deform_conv(c: NodeCall) -> OnnxStep:
    x, w, shift = c.x(0), c.x(1), c.x(2)
    if x.rank != 4:
        c.refuse(f"a convolution over {x.rank - 2} axes")
    seen = windows(c, x.shape[2:], w.shape[2:])
    n, channels, taps, many = x.shape[0], x.shape[1], prod(seen.kernel), prod(seen.out)
    parts, groups = int(c.attr("offset_group", 1)), int(c.attr("group", 1))
    base = _places(seen)
    wide = channels // parts
    shifts = c.m.reshape(shift, (n, parts, taps, 2, many))
    columns = []
    for k in range(parts):
        at = [
            c.m.reshape(shifts[(slice(None), k, slice(None), axis)] + c.m.const(base[axis]), (n, taps * many))
            for axis in (0, 1)
        ]
        image = x if parts == 1 else x[(slice(None), slice(k * wide, (k + 1) * wide))]
        read = c.m.reshape(sampled(c, image, at, "linear", "zeros"), (n, taps, many, wide))
        columns.append(c.m.transpose(read, (0, 3, 1, 2)))
        if c.has(4):
            mask = c.m.reshape(c.x(4), (n, parts, 1, taps, many))
            columns[-1] = columns[-1] * mask[(slice(None), k)]
    whole = columns[0] if parts == 1 else c.m.concat(columns, axis=1)
    flat = c.m.reshape(whole, (n, groups, channels // groups * taps, many))
    kernels = c.m.reshape(w, (groups, w.shape[0] // groups, channels // groups * taps))
    z = c.m.reshape(kernels @ flat, (n, w.shape[0], *seen.out))
    return z + c.m.reshape(c.x(3), (w.shape[0], 1, 1)) if c.has(3) else z


def _places(seen: PoolWindows) -> list[np.ndarray]:
    """Return where every tap of every window reads without a shift, down and across: (taps, windows)."""
    along = [
        np.arange(k)[:, None] * d + np.arange(o) * s - before
        for k, d, o, s, (before, _) in zip(seen.kernel, seen.dilations, seen.out, seen.strides, seen.pads, strict=True)
    ]
    down = along[0][:, None, :, None] + np.zeros((1, seen.kernel[1], 1, seen.out[1]))
    across = along[1][None, :, None, :] + np.zeros((seen.kernel[0], 1, seen.out[0], 1))
    return [part.reshape(prod(seen.kernel), prod(seen.out)) for part in (down, across)]


MAPPING = OnnxMapping("DeformConv", _deform_conv, weights=(1, 3))
