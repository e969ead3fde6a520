"""Keys with arrays in them, `[0, 2]` or a mask, as NumPy takes them: checked, and counted before anything is taken."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Shape
from gradlab.scenario.values import MAX_RANK, kind_of


def checked(parts: Sequence[Any], shape: Shape) -> list[Any]:
    """Return a key with an entry for every axis; a mask becomes the places where it holds. Raises ArgumentError."""
    if sum(part is Ellipsis for part in parts) > 1:
        raise ArgumentError("an index has at most one `...`")
    whole = list(parts) if any(part is Ellipsis for part in parts) else [*parts, Ellipsis]
    given = sum(_axes(part) for part in whole)
    if given > len(shape):
        raise ArgumentError(f"shape {shape} has {len(shape)} axes, got {given} indices")
    found: list[Any] = []
    axis = 0
    for part in whole:
        if part is Ellipsis:
            found += [slice(None)] * (len(shape) - given)
            axis += len(shape) - given
            continue
        found += _of_axis(part, axis, shape)
        axis += _axes(part)
    if len(_broadcast(found)) + sum(not isinstance(part, np.ndarray) for part in found) > MAX_RANK:
        raise ArgumentError(f"an index makes at most {MAX_RANK} axes")
    return found


def _axes(part: Any) -> int:
    """Return how many axes an entry of a key is for: a mask has one for each of its own."""
    if part is None or part is Ellipsis:
        return 0
    return part.ndim if isinstance(part, np.ndarray) and part.dtype == np.bool_ else 1


def _of_axis(part: Any, axis: int, shape: Shape) -> list[Any]:
    """Return the entries of one entry. Raises ArgumentError for a place that is outside, or a mask that does not fit."""
    if part is None:
        return [None]
    if isinstance(part, slice):
        try:
            range(*part.indices(0))
        except (TypeError, ValueError):
            raise ArgumentError("a slice is start:stop:step in whole numbers, step not 0") from None
        return [part]
    if isinstance(part, np.ndarray) and part.dtype == np.bool_:
        if part.shape != shape[axis : axis + part.ndim]:
            raise ArgumentError(f"a mask of shape {part.shape} does not fit axis {axis} of shape {shape}")
        return list(np.nonzero(part))
    if not isinstance(part, np.ndarray) and (isinstance(part, bool) or not isinstance(part, int)):
        raise ArgumentError(f"an index is a whole number, a list of them, a slice, `...` or None, got {kind_of(part)}")
    places, n = np.asarray(part, np.int64), shape[axis]
    outside = places[(places < -n) | (places >= n)]
    if outside.size:
        allowed = f"allowed are {-n} to {n - 1}" if n else "which is empty"
        raise ArgumentError(f"index {outside.flat[0]} is outside axis {axis} of shape {shape}: {allowed}")
    return [places]


def _broadcast(parts: Sequence[Any]) -> Shape:
    """Return the shape that the lists of a key have together. Raises ArgumentError."""
    shapes = [part.shape for part in parts if isinstance(part, np.ndarray)]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        listed = " and ".join(map(str, dict.fromkeys(shapes)))
        raise ArgumentError(f"the lists of an index go together: shapes {listed} do not broadcast") from None


def size_of(parts: Sequence[Any], shape: Shape) -> int:
    """Return how many numbers a checked key takes, before anything is taken."""
    sizes = iter(shape)
    left = [n for part, n in ((part, next(sizes)) for part in parts if part is not None) if isinstance(part, slice)]
    slices = [part for part in parts if isinstance(part, slice)]
    return prod(_broadcast(parts)) * prod(len(range(*part.indices(n))) for part, n in zip(slices, left, strict=True))
