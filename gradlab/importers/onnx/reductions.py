"""Reductions over axes: sums, means, greatest and smallest, products, lengths, logarithms of sums."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlab.importers.onnx._graph import Kind
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep, OnnxTape

Reduce = Callable[[OnnxTape, OnnxStep, tuple[int, ...]], OnnxStep]


def _reduced(reduce: Reduce, nothing: Callable[[OnnxTape, OnnxStep], OnnxStep]) -> Callable[[NodeCall], OnnxStep]:
    """Make the mapping of a reduction. reduce keeps the axes; nothing: what becomes of x without an axis."""

    def emit(c: NodeCall) -> OnnxStep:
        x = c.x()
        axes = c.listed("axes", 1)
        if not axes and c.attr("noop_with_empty_axes", 0):
            return nothing(c.m, x)
        if 0 in x.shape and c.node.op in NOTHING:
            return _of_nothing(c, x, axes)
        chosen = tuple(sorted(c.axis(a) for a in axes)) if axes else tuple(range(x.rank))
        z = reduce(c.m, x, chosen) if chosen else nothing(c.m, x)
        kept = z.shape if c.attr("keepdims", 1) else tuple(n for i, n in enumerate(z.shape) if i not in chosen)
        return c.m.reshape(z, kept)

    return emit


NOTHING = ("ReduceMax", "ReduceMin")
"""What gives a number of no numbers: the greatest is below all of its type, the smallest above them."""


def _of_nothing(c: NodeCall, x: OnnxStep, axes: list[int] | None) -> OnnxStep:
    chosen = {c.axis(a) for a in axes} if axes else {*range(x.rank)}
    kept = tuple(1 if i in chosen else n for i, n in enumerate(x.shape) if i not in chosen or c.attr("keepdims", 1))
    return c.m.const(np.full(kept, _end(c.kind(), lowest=c.node.op == "ReduceMax")))


def _end(kind: Kind, *, lowest: bool) -> float:
    """Return the lowest or the highest number of a type."""
    if kind.kind == "f":
        return -np.inf if lowest else np.inf
    if kind.kind == "b":
        return float(not lowest)
    return float(np.iinfo(kind).min if lowest else np.iinfo(kind).max)


def _plain(op: str) -> Reduce:
    return lambda m, x, axes: m.call(op, x, axis=axes, keepdims=True)


def _log_sum_exp(m: OnnxTape, x: OnnxStep, axes: tuple[int, ...]) -> OnnxStep:
    if len(axes) == 1:
        return m.logsumexp(x, axis=axes[0], keepdims=True)
    order = (*(i for i in range(x.rank) if i not in axes), *axes)
    kept = tuple(x.shape[i] for i in order[: x.rank - len(axes)])
    count = 1
    for i in axes:
        count *= x.shape[i]
    flat = m.reshape(m.transpose(x, order), (*kept, count))
    return m.reshape(m.logsumexp(flat, axis=len(kept)), tuple(1 if i in axes else n for i, n in enumerate(x.shape)))


def _same(m: OnnxTape, x: OnnxStep) -> OnnxStep:
    return x


_ALL: tuple[tuple[str, Reduce, Callable[[OnnxTape, OnnxStep], OnnxStep]], ...] = (
    ("ReduceSum", _plain("sum"), _same),
    ("ReduceMean", _plain("mean"), _same),
    ("ReduceMax", _plain("max"), _same),
    ("ReduceMin", _plain("min"), _same),
    ("ReduceProd", _plain("prod"), _same),
    ("ReduceL1", lambda m, x, axes: m.sum(m.abs(x), axis=axes, keepdims=True), lambda m, x: m.abs(x)),
    ("ReduceL2", lambda m, x, axes: m.sqrt(m.sum(m.square(x), axis=axes, keepdims=True)), lambda m, x: m.abs(x)),
    ("ReduceSumSquare", lambda m, x, axes: m.sum(m.square(x), axis=axes, keepdims=True), lambda m, x: m.square(x)),
    ("ReduceLogSum", lambda m, x, axes: m.log(m.sum(x, axis=axes, keepdims=True)), lambda m, x: m.log(x)),
    ("ReduceLogSumExp", _log_sum_exp, _same),
)
MAPPING = tuple(OnnxMapping(name, _reduced(reduce, nothing)) for name, reduce, nothing in _ALL)
