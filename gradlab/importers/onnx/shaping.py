"""What gives elements other places: shapes, orders, copies, pieces."""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result
from gradlab.importers.onnx._tape import OnnxStep


def _reshape(c: NodeCall) -> OnnxStep:
    x = c.x()
    told = c.listed("shape", 1) or []
    sizes = [x.shape[i] if n == 0 and not c.attr("allowzero", 0) and i < x.rank else n for i, n in enumerate(told)]
    if -1 in sizes:
        rest = prod(n for n in sizes if n != -1)
        sizes[sizes.index(-1)] = prod(x.shape) // rest if rest else 0
    if prod(sizes) != prod(x.shape) or min(sizes, default=0) < 0:
        c.refuse(f"shape {told} for {prod(x.shape):,} elements")
    return c.m.reshape(x, sizes)


def _flatten(c: NodeCall) -> OnnxStep:
    x, axis = c.x(), int(c.attr("axis", 1))
    axis = axis + len(x.shape) if axis < 0 else axis
    return c.m.reshape(x, (prod(x.shape[:axis]), prod(x.shape[axis:])))


def _squeeze(c: NodeCall) -> OnnxStep:
    x, axes = c.x(), c.listed("axes", 1)
    gone = [c.axis(a) for a in axes] if axes else [i for i, n in enumerate(x.shape) if n == 1]
    return c.m.reshape(x, [n for i, n in enumerate(x.shape) if i not in gone])


def _unsqueeze(c: NodeCall) -> OnnxStep:
    x, axes = c.x(), c.listed("axes", 1) or []
    rank = x.rank + len(axes)
    new = {c.axis(a, rank) for a in axes}
    sizes = iter(x.shape)
    return c.m.reshape(x, [1 if i in new else next(sizes) for i in range(rank)])


def _transpose(c: NodeCall) -> OnnxStep:
    x = c.x()
    return c.m.transpose(x, c.attr("perm") or range(x.rank)[::-1])


def _expand(c: NodeCall) -> OnnxStep:
    x = c.x()
    try:
        return c.m.expand(x, np.broadcast_shapes(x.shape, tuple(c.ints(1))))
    except ValueError:
        c.refuse(f"shapes {x.shape} and {tuple(c.ints(1))} do not broadcast")


def _tile(c: NodeCall) -> OnnxStep:
    x, reps = c.x(), c.ints(1)
    for axis, count in enumerate(reps):  # one after the other: `tile` walks along few axes at once
        x = c.m.tile(x, reps=tuple(count if i == axis else 1 for i in range(x.rank))) if count != 1 else x
    return x


def _concat(c: NodeCall) -> OnnxStep:
    xs = [x for x in c.xs() if prod(x.shape) or len(c.inputs) == 1] or c.xs()[:1]
    return xs[0] if len(xs) == 1 else c.m.concat(xs, axis=c.axis(int(c.attr("axis", 0)), xs[0].rank))


def _split(c: NodeCall) -> list[OnnxStep]:
    x, axis = c.x(), c.axis(int(c.attr("axis", 0)))
    sizes, count, n = c.listed("split", 1), len(c.node.outputs), x.shape[axis]
    if c.attr("num_outputs", count) != count:
        c.refuse(f"it has {count} outputs, and not {c.attr('num_outputs')}")
    if not sizes:
        size = -(-n // count)
        sizes = [max(0, min(size, n - size * i)) for i in range(count)]
    if sum(sizes) != n or min(sizes) < 0:
        c.refuse(f"pieces of {sizes} along an axis of {n}")
    ends = np.cumsum(sizes).tolist()
    return [x[(*(slice(None),) * axis, slice(end - size, end))] for size, end in zip(sizes, ends, strict=True)]


def _slice(c: NodeCall) -> OnnxStep:
    x = c.x()
    starts, ends = c.listed("starts", 1) or [], c.listed("ends", 2) or []
    axes = c.listed("axes", 3) or list(range(len(starts)))
    steps = c.ints(4) if c.has(4) else [1] * len(starts)
    key: list[slice] = [slice(None)] * x.rank
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        n = x.shape[c.axis(axis)]
        first, last, step = slice(start, end, step).indices(n)
        key[c.axis(axis)] = slice(first, None if last < 0 else last, step)
    return x if all(k == slice(None) or k == slice(0, n, 1) for k, n in zip(key, x.shape, strict=True)) else x[tuple(key)]


def _pad(c: NodeCall) -> OnnxStep:
    x, mode = c.x(), c.attr("mode", "constant")
    pads = c.listed("pads", 1) or []
    axes = [c.axis(a) for a in (c.ints(3) if c.has(3) else range(x.rank))]
    value = c.number(2, 0.0) if c.has(2) else float(c.attr("value", 0.0))
    widths = [[0, 0] for _ in x.shape]
    for k, axis in enumerate(axes):
        widths[axis] = [pads[k], pads[k + len(axes)]]
    if min((w for pair in widths for w in pair), default=0) < 0:
        x = x[tuple(slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(widths, x.shape, strict=True))]
    grown = tuple((max(a, 0), max(b, 0)) for a, b in widths)
    names = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
    if mode not in names:
        c.refuse(f"mode {mode}")
    if not any(a or b for a, b in grown):
        return x
    if mode == "constant" and not np.isfinite(value):
        inside = np.pad(np.zeros(x.shape, bool), grown, constant_values=True)
        return c.m.where(c.m.leaf("const", inside, "border", c.m.layer), value, c.m.pad(x, widths=grown))
    if mode == "constant":
        return c.m.pad(x, widths=grown, value=value) if value else c.m.pad(x, widths=grown)
    return c.m.pad(x, widths=grown, mode=names[mode])


def _to_blocks(c: NodeCall) -> OnnxStep:
    x, b = c.x(), int(c.attr("blocksize"))
    n, channels, h, w = x.shape
    parts = c.m.reshape(x, (n, channels, h // b, b, w // b, b))
    order = (0, 3, 5, 1, 2, 4) if c.attr("mode", "DCR") == "DCR" else (0, 1, 3, 5, 2, 4)
    return c.m.reshape(c.m.transpose(parts, order), (n, channels * b * b, h // b, w // b))


def _from_blocks(c: NodeCall) -> OnnxStep:
    x, b = c.x(), int(c.attr("blocksize"))
    n, channels, h, w = x.shape
    deep = channels // (b * b)
    if c.attr("mode", "DCR") == "DCR":
        parts = c.m.transpose(c.m.reshape(x, (n, b, b, deep, h, w)), (0, 3, 4, 1, 5, 2))
    else:
        parts = c.m.transpose(c.m.reshape(x, (n, deep, b, b, h, w)), (0, 1, 4, 2, 5, 3))
    return c.m.reshape(parts, (n, deep, h * b, w * b))


def _shape(c: NodeCall) -> Result:
    shape = c.shape()
    start, end = int(c.attr("start", 0)), int(c.attr("end", len(shape)))
    return c.fixed(np.array(shape[start:end], np.int64))


def _trilu(c: NodeCall) -> OnnxStep:
    x, k = c.x(), int(c.number(1, 0))
    rows = max(x.shape[-2:])
    k = max(-rows, min(k, rows))
    return c.m.triu(x, k=k) if c.attr("upper", 1) else c.m.tril(x, k=k)


def _center_crop_pad(c: NodeCall) -> OnnxStep:
    x, wanted = c.x(), c.ints(1)
    axes = [c.axis(int(a)) for a in c.attr("axes", list(range(x.rank)))]
    key: list[slice] = [slice(None)] * x.rank
    widths = [(0, 0)] * x.rank
    for axis, n in zip(axes, wanted, strict=True):
        there = x.shape[axis]
        if there >= n:
            key[axis] = slice((there - n) // 2, (there - n) // 2 + n)
        else:
            widths[axis] = ((n - there) // 2, n - there - (n - there) // 2)
    return c.m.pad(x[tuple(key)], widths=tuple(widths))


def _reverse_sequence(c: NodeCall) -> OnnxStep:
    x, lengths = c.x(), c.ints(1)
    batch, time = int(c.attr("batch_axis", 1)), int(c.attr("time_axis", 0))
    places = np.arange(x.shape[time])[None] * np.ones((x.shape[batch], 1))
    for row, n in zip(places, lengths, strict=True):
        row[:n] = row[:n][::-1]
    rest = tuple(n if i in {batch, time} else 1 for i, n in enumerate(x.shape))
    along = (places if batch < time else places.T).reshape(rest)
    return c.m.take_along_axis(x, c.m.const(np.broadcast_to(along, x.shape).copy()), axis=time)


MAPPING = (
    OnnxMapping("Reshape", _reshape),
    OnnxMapping("Flatten", _flatten),
    OnnxMapping("Squeeze", _squeeze),
    OnnxMapping("Unsqueeze", _unsqueeze),
    OnnxMapping("Transpose", _transpose),
    OnnxMapping("Expand", _expand),
    OnnxMapping("Tile", _tile),
    OnnxMapping("Concat", _concat),
    OnnxMapping("Split", _split),
    OnnxMapping("Slice", _slice),
    OnnxMapping("Pad", _pad),
    OnnxMapping("SpaceToDepth", _to_blocks),
    OnnxMapping("DepthToSpace", _from_blocks),
    OnnxMapping("Shape", _shape, kind="int64"),
    OnnxMapping("Size", lambda c: c.fixed(np.int64(prod(c.shape()))), kind="int64"),
    OnnxMapping("Trilu", _trilu),
    OnnxMapping("CenterCropPad", _center_crop_pad),
    OnnxMapping("ReverseSequence", _reverse_sequence),
)
