"""The one in the middle, the k-th, the greatest so far: numbers that are taken from where they stand in their order."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping


def _kth(m: Any, x: Any, k: int, dim: int = -1, keepdim: bool = False, **_: Any) -> Any:
    axis, shape = m.axis(x, dim), m.shape_of(x)
    if not shape:
        return x, None
    order = m.call("argsort", x, axis=axis)
    place = m.index(order, *(slice(None),) * axis, slice(int(k) - 1, int(k)))
    taken = m.call("take_along_axis", x, place, axis=axis)
    small = tuple(n for one, n in enumerate(shape) if one != axis)
    return (taken, place) if keepdim else (m.reshape(taken, small), m.reshape(place, small))


def _median(m: Any, x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
    """Return the lower one of those in the middle."""
    if dim is not None:
        return _kth(m, x, (m.shape_of(x)[m.axis(x, dim)] + 1) // 2 if m.shape_of(x) else 1, dim, keepdim)
    size = prod(m.shape_of(x))
    return _kth(m, m.reshape(x, (size,)), (size + 1) // 2, 0)[0]


def _by_places(m: Any, x: Any, dim: int = -1, **_: Any) -> Any:
    """Return the numbers that stand where PyTorch has found them in this batch."""
    axis, places = m.axis(x, dim), m.gave(1)
    if not m.shape_of(x):
        return x, None
    m.say(f"which numbers are taken at {m.place} is as in this batch")
    wide = np.expand_dims(places, axis) if places.ndim < len(m.shape_of(x)) else places
    taken = m.call("take_along_axis", x, KnownTensor(wide.astype(np.float64)), axis=axis)
    return m.reshape(taken, places.shape), None


def _logcumsumexp(m: Any, x: Any, dim: int, **_: Any) -> Any:
    axis = m.axis(x, dim)
    top = m.call("stop_gradient", m.call("max", x, axis=axis, keepdims=True))
    sums = m.call("cumsum", m.call("exp", m.call("sub", x, top)), axis=axis)
    return m.call("add", m.call("log", sums), top)


MAPPING = (
    Mapping("kthvalue", _kth),
    Mapping("median", _median),
    Mapping("mode", _by_places, ("cummax", "cummin", "_cummax_helper")),
    Mapping("logcumsumexp", _logcumsumexp, ("_logcumsumexp",)),
)
