"""Images and volumes read between their elements: at places that are numbers of the graph, so that gradients flow to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall
from gradlab.importers.onnx._rounding import nearest
from gradlab.importers.onnx._tape import OnnxStep

EXACT = 1 << 24
"""Elements that a place in float32 can count."""
CUBIC = -0.75
Tap = tuple[OnnxStep, OnnxStep | None]
"""Which element along an axis, and its weight; None for 1."""


def sampled(c: NodeCall, x: OnnxStep, places: Sequence[OnnxStep], mode: str, border: str, *, corners: bool = False) -> OnnxStep:
    """Return what lies at places, (n, many, channels). x: (n, channels, sizes …), places: one for each axis, (n, many).

    mode: nearest, linear or cubic.   border: zeros, border or reflection.   corners: around which the places are reflected: the
    middles of the outermost elements, or their edges.
    """
    m, sizes = c.m, x.shape[2:]
    n, channels, size = x.shape[0], x.shape[1], prod(sizes)
    if n * size > EXACT or border not in {"zeros", "border", "reflection"}:
        c.refuse(f"{n * size:,} elements with {border} around them")
    rows = m.reshape(m.transpose(x, (0, *range(2, x.rank), 1)), (n * size, channels))
    taps = [_taps(c, p, mode) for p in places]
    first = m.leaf("const", np.arange(n).reshape(n, 1) * size, "image", m.layer) if n > 1 else None
    total: OnnxStep | None = None
    for chosen in product(*taps):
        part = _part(c, rows, chosen, sizes, first, border, corners=corners)
        total = part if total is None else total + part
    assert total is not None
    return total


def _taps(c: NodeCall, p: OnnxStep, mode: str) -> list[Tap]:
    """Return the elements around places along an axis, and how much each counts."""
    m = c.m
    if mode == "nearest":
        return [(nearest(m, p), None)]
    low = m.floor(p)
    t = p - low
    if mode == "linear":
        return [(low, 1.0 - t), (low + 1.0, t)]
    if mode != "cubic":
        c.refuse(f"mode {mode}")
    return [(low + float(k), _cubic(c, (t - float(k)) if k <= 0 else (float(k) - t), far=k in {-1, 2})) for k in (-1, 0, 1, 2)]


def _cubic(c: NodeCall, d: OnnxStep, *, far: bool) -> OnnxStep:
    """Return the weight of an element at a distance, from 1 to 2 where it is far, else from 0 to 1."""
    a = CUBIC
    if far:
        return ((d - 5.0) * d + 8.0) * d * a - 4.0 * a
    return (d * (a + 2) - (a + 3)) * d * d + 1.0


def _part(
    c: NodeCall,
    rows: OnnxStep,
    chosen: Sequence[Tap],
    sizes: Sequence[int],
    first: OnnxStep | None,
    border: str,
    *,
    corners: bool,
) -> OnnxStep:
    """Return what one combination of elements gives."""
    m = c.m
    flat: OnnxStep | None = None
    weight: OnnxStep | None = None
    for (at, w), size in zip(chosen, sizes, strict=True):
        if border == "reflection":
            at = _reflected(c, at, size, corners=corners)
        elif border == "zeros":
            inside = m.greater_equal(at, 0.0) * m.less_equal(at, size - 1.0)
            w = inside if w is None else w * inside
        at = m.clip(at, low=0.0, high=size - 1.0)
        flat = at if flat is None else flat * float(size) + at
        weight = w if weight is None else weight if w is None else weight * w
    assert flat is not None
    found = m.gather(rows, m.stop_gradient(flat if first is None else flat + first))
    return found if weight is None else found * m.reshape(weight, (*weight.shape, 1))


def _reflected(c: NodeCall, at: OnnxStep, size: int, *, corners: bool) -> OnnxStep:
    """Return elements mirrored at the ends of an axis as often as need be."""
    period = 2 * (size - 1) if corners else 2 * size
    if period == 0:
        return at * 0.0
    inside = c.m.mod(at, float(period))
    return c.m.minimum(inside, float(period if corners else period - 1) - inside)
