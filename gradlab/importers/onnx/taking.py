"""Elements by their numbers: taken from an array, put into one, found by their size."""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result
from gradlab.importers.onnx._places import counted, inside, put, ravelled, whole_places
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.op import Array


def _gather(c: NodeCall) -> OnnxStep:
    x, axis = c.x(), c.axis(int(c.attr("axis", 0)))
    n = x.shape[axis]
    if c.value(1).fixed and not c.shape(1):
        at = int(c.numbers(1)) % n
        return x[(*(slice(None),) * axis, at)]
    places = inside(c, 1, n)
    if axis == 0:
        return c.m.gather(x, places)
    order = (axis, *(i for i in range(x.rank) if i != axis))
    rows = c.m.gather(c.m.transpose(x, order), places)
    deep = places.rank
    back = (*range(deep, deep + axis), *range(deep), *range(deep + axis, rows.rank))
    return c.m.transpose(rows, back)


def _gather_elements(c: NodeCall) -> OnnxStep:
    x, axis = c.x(), c.axis(int(c.attr("axis", 0)))
    places = inside(c, 1, x.shape[axis])
    if any(a != b for i, (a, b) in enumerate(zip(x.shape, places.shape, strict=True)) if i != axis):
        x = x[tuple(slice(None) if i == axis else slice(0, n) for i, n in enumerate(places.shape))]
    return c.m.take_along_axis(x, places, axis=axis)


def _gather_nd(c: NodeCall) -> OnnxStep:
    x, batch = c.x(), int(c.attr("batch_dims", 0))
    at = c.numbers(1)
    depth = at.shape[-1]
    flat = ravelled(at, x.shape, batch)
    rest = x.shape[batch + depth :]
    rows = c.m.reshape(x, (prod(x.shape[: batch + depth]), *rest))
    return c.m.gather(rows, c.m.leaf("const", flat, "places", c.m.layer) if flat.ndim else c.m.const(flat))


def _scatter_elements(c: NodeCall) -> OnnxStep:
    x, axis = c.x(), c.axis(int(c.attr("axis", 0)))
    at = whole_places(c.numbers(1), x.shape[axis])
    grid: list[Array] = list(np.indices(at.shape))
    grid[axis] = at
    flat = np.ravel_multi_index(tuple(grid), x.shape).reshape(-1)
    return put(c, x, flat, c.x(2), c.attr("reduction", "none"))


def _scatter_nd(c: NodeCall) -> OnnxStep:
    x, at = c.x(), c.numbers(1)
    depth = at.shape[-1]
    rows = ravelled(at, x.shape, 0).reshape(-1)
    inner = prod(x.shape[depth:])
    flat = (rows[:, None] * inner + np.arange(inner)).reshape(-1)
    return put(c, x, flat, c.x(2), c.attr("reduction", "none"))


def _tensor_scatter(c: NodeCall) -> OnnxStep:
    x, new = c.x(0), c.x(1)
    axis = c.axis(int(c.attr("axis", -2)))
    starts = c.ints(2) if c.has(2) else [0] * x.shape[0]
    length, circular = x.shape[axis], c.attr("mode", "linear") == "circular"
    grid = list(np.indices(new.shape))
    at = grid[axis] + np.asarray(starts).reshape(-1, *(1,) * (x.rank - 1))
    grid[axis] = at % length if circular else at
    if (grid[axis] >= length).any():
        c.refuse("it writes beyond the end")
    return put(c, x, np.ravel_multi_index(tuple(grid), x.shape).reshape(-1), new, "none")


def _one_hot(c: NodeCall) -> OnnxStep:
    depth = int(c.numbers(1).reshape(-1)[0])
    off, on = (float(n) for n in c.numbers(2).reshape(-1))
    places = counted(c, 0, depth)
    there = c.m.greater_equal(places, 0.0) * c.m.less(places, float(depth))  # a number outside is off everywhere
    rows = c.m.one_hot(places * there, classes=depth) * c.m.reshape(there, (*places.shape, 1))
    axis = c.axis(int(c.attr("axis", -1)), rows.rank)
    order = (*range(axis), rows.rank - 1, *range(axis, rows.rank - 1))
    z = c.m.transpose(rows, order)
    z = z * (on - off) if on - off != 1 else z
    return z + off if off else z


def _top_k(c: NodeCall) -> tuple[OnnxStep, OnnxStep]:
    x, axis = c.x(), c.axis(int(c.attr("axis", -1)))
    k = c.ints(1)[0] if c.has(1) else int(c.attr("k"))
    greatest = bool(c.attr("largest", 1))
    values = c.m.top_k(x, k=k, axis=axis) if greatest else -c.m.top_k(-x, k=k, axis=axis)
    places = c.m.argsort(x, axis=axis, descending=greatest)
    return values, places[(*(slice(None),) * axis, slice(0, k))]


def _arg(name: str, op: str) -> OnnxMapping:
    def emit(c: NodeCall) -> OnnxStep:
        x, axis = c.x(), c.axis(int(c.attr("axis", 0)))
        kept = bool(c.attr("keepdims", 1))
        if not c.attr("select_last_index", 0):
            return c.m.call(op, x, axis=axis, keepdims=kept)
        return (x.shape[axis] - 1.0) - c.m.call(op, c.m.flip(x, axis=axis), axis=axis, keepdims=kept)

    return OnnxMapping(name, emit, kind="int64")


def _running(name: str, op: str, first: float) -> OnnxMapping:
    def emit(c: NodeCall) -> OnnxStep:
        x, axis = c.x(), c.axis(c.ints(1)[0])
        back, before = c.attr("reverse", 0), c.attr("exclusive", 0)
        x = c.m.flip(x, axis=axis) if back else x
        z = c.m.call(op, x, axis=axis)
        if before:
            ahead = (*(slice(None),) * axis, slice(0, x.shape[axis] - 1))
            widths = tuple((1, 0) if i == axis else (0, 0) for i in range(x.rank))
            z = c.m.pad(z[ahead], widths=widths, value=first)
        return c.m.flip(z, axis=axis) if back else z

    return OnnxMapping(name, emit)


def _compress(c: NodeCall) -> OnnxStep:
    x, axis = c.x(), c.attr("axis")
    kept = np.flatnonzero(c.numbers(1))
    if axis is None:
        x, axis = c.m.reshape(x, (prod(x.shape),)), 0
    axis = int(axis) % x.rank
    order = (axis, *(i for i in range(x.rank) if i != axis))
    rows = c.m.gather(c.m.transpose(x, order), c.m.leaf("const", kept, "kept", c.m.layer))
    return c.m.transpose(rows, np.argsort(order).tolist())


def _eye_like(c: NodeCall) -> Result:
    rows, columns = c.shape()
    return c.fixed(np.eye(rows, columns, int(c.attr("k", 0))), "float32")


def _features(c: NodeCall) -> OnnxStep:
    """Return columns of the last axis, by their numbers; of a list a row of them."""
    x, places = c.x(), counted(c, 1, c.shape()[-1])
    flat = c.m.reshape(places, (prod(places.shape),))
    last = (*range(1, x.rank), 0)
    taken = c.m.transpose(c.m.gather(c.m.transpose(x, (x.rank - 1, *range(x.rank - 1))), flat), last)
    return c.m.reshape(taken, (1, *taken.shape)) if x.rank == 1 else taken


MAPPING = (
    OnnxMapping("ArrayFeatureExtractor", _features, domain="ai.onnx.ml"),
    OnnxMapping("Gather", _gather, weights=(0,)),
    OnnxMapping("GatherElements", _gather_elements),
    OnnxMapping("GatherND", _gather_nd),
    OnnxMapping("ScatterElements", _scatter_elements),
    OnnxMapping("Scatter", _scatter_elements),
    OnnxMapping("ScatterND", _scatter_nd),
    OnnxMapping("TensorScatter", _tensor_scatter),
    OnnxMapping("OneHot", _one_hot, kind=2),
    OnnxMapping("TopK", _top_k, kind=(0, "int64")),
    _arg("ArgMax", "argmax"),
    _arg("ArgMin", "argmin"),
    _running("CumSum", "cumsum", 0.0),
    _running("CumProd", "cumprod", 1.0),
    OnnxMapping("Compress", _compress),
    OnnxMapping("EyeLike", _eye_like),
)
