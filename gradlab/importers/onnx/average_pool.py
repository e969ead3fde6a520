"""AveragePool and LpPool: sums over windows, by the means of the engine; a border counts or does not."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._windows import PoolWindows, bordered, windows
from gradlab.op import Array


def _means(c: NodeCall, x: OnnxStep, seen: PoolWindows) -> OnnxStep:
    """Return the mean of every window, what lies in the border counted as 0."""
    n = len(seen.kernel)
    x = bordered(c.m, x, seen.pads)
    if all(d == 1 for d in seen.dilations):
        return c.m.call(f"avg_pool{n}d", x, kernel_size=seen.kernel, stride=seen.strides)
    flat = c.m.reshape(x, (x.shape[0] * x.shape[1], 1, *x.shape[2:]))
    kernel = c.m.const(np.full((1, 1, *seen.kernel), 1 / prod(seen.kernel)))
    z = c.m.call(f"conv{n}d", flat, kernel, stride=seen.strides, dilation=seen.dilations)
    return c.m.reshape(z, (*x.shape[:2], *z.shape[2:]))


def _counts(seen: PoolWindows, sizes: tuple[int, ...], *, border: bool) -> Array:
    """Return how many elements of every window count."""
    found = np.ones(seen.out)
    for axis, (size, k, s, d, (before, _), (_, behind)) in enumerate(
        zip(sizes, seen.kernel, seen.strides, seen.dilations, seen.pads, seen.told, strict=True)
    ):
        at = np.arange(seen.out[axis])[:, None] * s + np.arange(k) * d
        low, high = (0, before + size + behind) if border else (before, before + size)
        count = ((at >= low) & (at < high)).sum(axis=1)
        found = found * count.reshape(-1, *(1,) * (len(sizes) - axis - 1))
    return found


def _seen(c: NodeCall, x: OnnxStep) -> PoolWindows:
    if not 1 <= x.rank - 2 <= 3:
        c.refuse(f"a pool over {x.rank - 2} axes")
    return windows(c, x.shape[2:], c.attr("kernel_shape", []))


def _average(c: NodeCall) -> OnnxStep:
    x = c.x()
    seen = _seen(c, x)
    counted = bool(c.attr("count_include_pad", 0))
    plain = seen.even and seen.told == seen.pads and all(d == 1 for d in seen.dilations)
    if plain and all(2 * p <= k for p, k in zip(seen.before, seen.kernel, strict=True)):
        attrs = {"padding": seen.before, "count_include_pad": counted} if any(seen.before) else {}
        return c.m.call(f"avg_pool{len(seen.kernel)}d", x, kernel_size=seen.kernel, stride=seen.strides, **attrs)
    share = prod(seen.kernel) / _counts(seen, x.shape[2:], border=counted)
    z = _means(c, x, seen)
    return z if (share == 1).all() else z * c.m.const(share)


def _lp(c: NodeCall) -> OnnxStep:
    x, p = c.x(), float(c.attr("p", 2))
    seen = _seen(c, x)
    powers = c.m.square(x) if p == 2 else c.m.pow(c.m.abs(x), p)
    total = _means(c, powers, seen) * float(prod(seen.kernel))
    return c.m.sqrt(total) if p == 2 else c.m.pow(total, 1 / p)


def _global_lp(c: NodeCall) -> OnnxStep:
    x, p = c.x(), float(c.attr("p", 2))
    total = c.m.sum(c.m.square(x) if p == 2 else c.m.pow(c.m.abs(x), p), axis=tuple(range(2, x.rank)), keepdims=True)
    return c.m.sqrt(total) if p == 2 else c.m.pow(total, 1 / p)


def _global(op: str) -> Callable[[NodeCall], OnnxStep]:
    """Make the mapping of a pool over all places; the axes that it pools stay, of one element."""
    return lambda c: c.m.reshape(c.m.call(op, c.x()), (*c.shape()[:2], *(1,) * (len(c.shape()) - 2)))


MAPPING = (
    OnnxMapping("GlobalAveragePool", _global("global_avg_pool")),
    OnnxMapping("GlobalMaxPool", _global("global_max_pool")),
    OnnxMapping("AveragePool", _average),
    OnnxMapping("LpPool", _lp),
    OnnxMapping("GlobalLpPool", _global_lp),
)
