"""How far an array is from the one that another framework has in its place."""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.lab.beside.finite import comparable
from gradlab.op import Array

WITHIN = {"float64": 1e-9, "float32": 1e-4, "float16": 1e-2, "bfloat16": 1e-1}
"""How far an array may be off, of its largest number, by the type that it was computed in."""
NOTHING = {"float64": 1e-12, "float32": 1e-5, "float16": 1e-3}
"""A gradient whose largest number is below this part of the largest of all is rounding alone: it is zero by symmetry."""

PIECE = 1 << 17
"""Numbers that are compared at once."""


def largest(array: Array) -> float:
    """Return the largest finite number of an array, without its sign; 0 where there is none."""
    flat = array.reshape(-1)
    pieces = (flat[start : start + PIECE] for start in range(0, flat.size, PIECE))
    return max((float(np.abs(one[np.isfinite(one)]).max(initial=0.0)) for one in pieces), default=0.0)


@np.errstate(all="ignore")
def distance(ours: Array, theirs: Array, *, grad: bool = False) -> float:
    """Return how far two arrays are apart, of the largest number; infinite where one is no number and the other is.

    grad: whether they are gradients. See `comparable`.
    """
    a, b = np.asarray(ours).reshape(-1), np.asarray(theirs).reshape(-1)
    finite = comparable(a, b, grad=grad)
    if finite is None:
        return inf
    scale = apart = 0.0
    for start in range(0, a.size, PIECE):  # in float64, and not all of it at once
        kept = finite[start : start + PIECE]
        here, there = (np.asarray(one[start : start + PIECE], np.float64)[kept] for one in (a, b))
        scale = max(scale, float(np.abs(here).max(initial=0.0)), float(np.abs(there).max(initial=0.0)))
        apart = max(apart, float(np.abs(here - there).max(initial=0.0)))
    return apart / scale if scale else 0.0


def is_rounding(ours: Array, theirs: Array, dtype: str, top: float) -> bool:
    """Return whether both of two gradients are rounding alone beside the largest number of all gradients."""
    finite = bool(np.isfinite(ours).all() and np.isfinite(theirs).all())
    return finite and max(largest(ours), largest(theirs)) <= NOTHING.get(dtype, NOTHING["float32"]) * top
