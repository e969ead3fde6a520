"""What ops share that put the elements of a line in order: a stable order, in which NaN is above every number."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.numeric import compiled_for, helper
from gradlab.op import Array
from gradlab.ops._arguments import one_axis

WORK = 3
"""Numbers that the order of a line needs for each of its elements."""


def put_in_order(line: Array, places: Array) -> None:
    """Write the places of the elements of a line, the least first, equal ones as they stand, NaN last.

    places: twice as long as the line; the first half is what is written.
    """
    places[: line.shape[0]] = np.argsort(line, kind="stable")


@helper
def _is_below(a: Any, b: Any) -> bool:
    return bool(a < b or (np.isnan(b) and not np.isnan(a)))


@compiled_for(put_in_order)
def _merge(line: Array, places: Array) -> None:
    """Merge ever longer runs, from one half of the places to the other."""
    n = line.shape[0]
    start, target, width = 0, n, 1
    for i in range(n):
        places[i] = i
    while width < n:
        for first in range(0, n, 2 * width):
            middle, last = min(first + width, n), min(first + 2 * width, n)
            i, j = first, middle
            for k in range(first, last):
                left = i < middle
                if left and j < last:
                    left = not _is_below(line[int(places[start + j])], line[int(places[start + i])])
                places[target + k] = places[start + i] if left else places[start + j]
                i, j = (i + 1, j) if left else (i, j + 1)
        start, target, width = target, start, 2 * width
    for i in range(n):
        places[i] = places[start + i]


@helper
def order_line(x: Array, a: int, b: int, descending: int, work: Array) -> None:
    """Write the places of a line of x in their order into `work`. The greatest first means NaN first; equal ones stay."""
    n = x.shape[1]
    for i in range(n):
        work[2 * n + i] = x[a, n - 1 - i if descending else i, b]
    put_in_order(work[2 * n : 3 * n], work[: 2 * n])
    if descending:  # counted from the other end, and read backwards: so equal ones are still in their order
        for i in range(n):
            work[n + i] = n - 1 - work[n - 1 - i]
        for i in range(n):
            work[i] = work[n + i]


@helper
def take_in_order(x: Array, z: Array, descending: int, scratch: Array) -> None:
    """Write the first elements of every line in their order; the scratch keeps their places for the way back."""
    work, at = scratch[z.size :], 0
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            order_line(x, a, b, descending, work)
            for k in range(z.shape[1]):
                scratch[at] = work[k]
                z[a, k, b] = x[a, int(work[k]), b]
                at += 1


@helper
def send_back(g: Array, x: Array, dx: Array, scratch: Array) -> None:
    """Add every gradient to the element that it is of; to NaN, NaN."""
    at = 0
    for a in range(g.shape[0]):
        for b in range(g.shape[2]):
            for k in range(g.shape[1]):
                i = int(scratch[at])
                dx[a, i, b] += x[a, i, b] if np.isnan(x[a, i, b]) else g[a, k, b]
                at += 1


def order_of(x: Array, axis: int, descending: bool) -> Array:
    """Return the places along an axis in their order, as the kernels find them."""
    axis = one_axis(axis, x.shape)
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    return np.asarray(x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis=axis, kind="stable"), axis))
