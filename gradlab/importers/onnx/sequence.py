"""Sequences of arrays, and what may be there or not: which they are is known before the run, so that no op stands for them."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._value import OnnxValue

MOST = 10_000
"""Arrays in a sequence."""


def _sequence(c: NodeCall, items: list[OnnxValue]) -> OnnxValue:
    c.bound(len(items), MOST, f"a sequence of {len(items):,} arrays")
    return OnnxValue(c.node.outputs[0], np.dtype(np.float32), (), items=items)


def _items(c: NodeCall) -> list[OnnxValue]:
    found = c.value(0).items
    if found is None:
        c.refuse("its first input is no sequence")
    return found


def _place(c: NodeCall, i: int, most: int) -> int:
    """Return a place in a sequence. most: how many there are."""
    items, at = _items(c), c.ints(i)[0]
    if not -len(items) <= at < most:
        c.refuse(f"place {at} of a sequence of {len(items)} arrays")
    return at % len(items) if at < 0 else at


def _insert(c: NodeCall) -> Result:
    items = _items(c)
    at = _place(c, 2, len(items) + 1) if c.has(2) else len(items)
    return _sequence(c, [*items[:at], c.value(1), *items[at:]])


def _erase(c: NodeCall) -> Result:
    items = _items(c)
    at = _place(c, 1, len(items)) if c.has(1) else _last(c, items)
    return _sequence(c, [*items[:at], *items[at + 1 :]])


def _last(c: NodeCall, items: list[OnnxValue]) -> int:
    if not items:
        c.refuse("nothing stands in the sequence")
    return len(items) - 1


def _as_value(c: NodeCall, step: OnnxStep) -> OnnxValue:
    return OnnxValue(c.node.outputs[0], c.kind(), step.shape, step=step, learned=c.value().learned)


def _split(c: NodeCall) -> Result:
    x, axis = c.x(), c.axis(int(c.attr("axis", 0)))
    n = x.shape[axis]
    asked = c.numbers(1) if c.has(1) else np.array([], int)
    if asked.ndim:
        sizes = [int(s) for s in asked.reshape(-1)] if c.has(1) else [1] * n
    else:
        each = int(asked)
        if each < 1:
            c.refuse(f"pieces of {each}")
        sizes = [min(each, n - at) for at in range(0, n, each)]
    c.bound(len(sizes), MOST, f"a sequence of {len(sizes):,} arrays")
    if sum(sizes) != n or min(sizes, default=0) < 0:
        c.refuse(f"pieces of {sizes} along an axis of {n}")
    before, at, found = (slice(None),) * axis, 0, []
    dropped = not c.has(1) and not c.attr("keepdims", 1)
    for size in sizes:
        found.append(_as_value(c, x[(*before, at if dropped else slice(at, at + size))]))
        at += size
    return _sequence(c, found)


def _concat(c: NodeCall) -> OnnxStep:
    steps = [c.walk.step_of(item) for item in _items(c)]
    if not steps:
        c.refuse("nothing stands in the sequence")
    new = int(c.attr("new_axis", 0))
    axis = c.axis(int(c.attr("axis", 0)), steps[0].rank + new)
    return c.m.stack(steps, axis=axis) if new else c.m.concat(steps, axis=axis)


def _kind_of_items(c: NodeCall) -> np.dtype[np.generic]:
    items = c.value(0).items
    return items[0].kind if items else np.dtype(np.float32)


MAPPING = (
    OnnxMapping("SequenceEmpty", lambda c: _sequence(c, []), kind="float32"),
    OnnxMapping("SequenceConstruct", lambda c: _sequence(c, [c.value(i) for i in range(len(c.inputs))])),
    OnnxMapping("SequenceInsert", _insert),
    OnnxMapping("SequenceErase", _erase),
    OnnxMapping("SequenceAt", lambda c: _items(c)[_place(c, 1, len(_items(c)))]),
    OnnxMapping("SequenceLength", lambda c: c.fixed(np.array(len(_items(c)), np.int64))),
    OnnxMapping("SplitToSequence", _split),
    OnnxMapping("ConcatFromSequence", _concat, kind=_kind_of_items),
    OnnxMapping("OptionalHasElement", lambda c: c.fixed(np.array(c.has(0))), kind="bool"),
)
