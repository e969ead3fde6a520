"""Col2Im: columns of blocks added into an image, every element where its block has it."""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _col2im(c: NodeCall) -> OnnxStep:
    x, sizes, block = c.x(), c.ints(1), c.ints(2)
    n = len(sizes)
    strides, dilations = ([int(v) for v in c.attr(name, [1] * n)] for name in ("strides", "dilations"))
    pads = [int(p) for p in c.attr("pads", [0] * 2 * n)]
    grown = [s + a + b for s, a, b in zip(sizes, pads[:n], pads[n:], strict=True)]
    counts = [(g - d * (k - 1) - 1) // s + 1 for g, d, k, s in zip(grown, dilations, block, strides, strict=True)]
    many, channels = prod(block), x.shape[1] // prod(block)
    if prod(counts) != x.shape[2]:
        c.refuse(f"{x.shape[2]} blocks where {prod(counts)} fit")
    places = [
        np.arange(b)[:, None] * d + np.arange(t) * s for b, d, t, s in zip(block, dilations, counts, strides, strict=True)
    ]
    flat = np.zeros((1,) * 2 * n, np.int64)
    for axis, at in enumerate(places):
        wide = prod(grown[axis + 1 :])
        flat = flat + (at * wide).reshape([len(at) if i == axis else at.shape[1] if i == n + axis else 1 for i in range(2 * n)])
    rows = c.m.transpose(c.m.reshape(x, (x.shape[0] * channels, many * x.shape[2])), (1, 0))
    summed = c.m.scatter_add(rows, c.m.leaf("const", flat.reshape(-1), "places", c.m.layer), rows=prod(grown))
    z = c.m.reshape(c.m.transpose(summed, (1, 0)), (x.shape[0], channels, *grown))
    key = tuple(slice(a, a + s) for a, s in zip(pads[:n], sizes, strict=True))
    return z if not any(pads) else z[(slice(None), slice(None), *key)]


MAPPING = OnnxMapping("Col2Im", _col2im)
