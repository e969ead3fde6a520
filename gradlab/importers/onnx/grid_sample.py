"""GridSample: images and volumes at given places, from -1 to 1 along each axis."""

from __future__ import annotations

from math import prod

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._sampling import sampled
from gradlab.importers.onnx._tape import OnnxStep

MODES = {"bilinear": "linear", "bicubic": "cubic"}


def _grid_sample(c: NodeCall) -> OnnxStep:
    x, grid = c.x(0), c.x(1)
    mode, border = c.attr("mode", "linear"), c.attr("padding_mode", "zeros")
    mode, corners = MODES.get(mode, mode), bool(c.attr("align_corners", 0))
    if x.rank == 4 and mode == "linear" and border == "zeros":
        return c.m.grid_sample(x, grid, align_corners=corners)
    if x.rank < 3:
        c.refuse(f"an image of {x.rank} axes")
    n, sizes = x.shape[0], x.shape[2:]
    many = prod(grid.shape[1:-1])
    flat = c.m.reshape(grid, (n, many, len(sizes)))
    places = []
    for axis, size in enumerate(sizes):
        at = flat[(slice(None), slice(None), len(sizes) - 1 - axis)]
        places.append((at + 1.0) * ((size - 1) / 2) if corners else (at + 1.0) * (size / 2) - 0.5)
    z = sampled(c, x, places, mode, border, corners=corners)
    return c.m.reshape(c.m.transpose(z, (0, 2, 1)), (n, x.shape[1], *grid.shape[1:-1]))


MAPPING = OnnxMapping("GridSample", _grid_sample)
