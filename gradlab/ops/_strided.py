"""What ops that only move elements share: the output is a walk through the input with a start and a stride an axis.

Six loops suffice: axes that are walked as one are merged. A stride of 0 repeats, a negative one walks backwards.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import helper
from gradlab.op import Array, Plan, Shape

RANKS = (1, 6)
INTS = ("start", "s0", "s1", "s2", "s3", "s4", "s5")


def strides_of(shape: Shape) -> tuple[int, ...]:
    """Return the distance in elements from one index to the next, for every axis."""
    return tuple(prod(shape[i + 1 :]) for i in range(len(shape)))


def walk_plan(shape: Shape, out: Shape, strides: tuple[int, ...], start: int = 0) -> Plan:
    """Plan a copy of `out` elements from an array of a shape. Axes of size 1 need no loop, and no array has more than six."""
    loops: list[tuple[int, int]] = []
    for n, stride in zip(out, strides, strict=True):
        if n == 1:
            continue
        if loops and loops[-1][1] == stride * n:
            loops[-1] = (loops[-1][0] * n, stride)
        else:
            loops.append((n, stride))
    assert len(loops) <= 6, f"shape {out} is walked in {len(loops)} loops"
    loops = [(1, 0)] * (6 - len(loops)) + loops
    return Plan(((prod(shape),), tuple(n for n, _ in loops)), (start, *(s for _, s in loops)))


@helper
def walk_copy(x: Array, z: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int) -> None:
    """Copy what is walked through in x into z."""
    for a in range(z.shape[0]):
        for b in range(z.shape[1]):
            for c in range(z.shape[2]):
                for d in range(z.shape[3]):
                    for e in range(z.shape[4]):
                        at = start + a * s0 + b * s1 + c * s2 + d * s3 + e * s4
                        row = z[a, b, c, d, e]
                        if s5 == 1:  # neighbours, which are copied as vectors
                            source = x[at : at + row.shape[0]]
                            for f in range(row.shape[0]):
                                row[f] = source[f]
                        else:
                            for f in range(row.shape[0]):
                                row[f] = x[at + f * s5]


@helper
def walk_add(g: Array, dx: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int) -> None:
    """Add every element of g to the place in dx that it was copied from."""
    for a in range(g.shape[0]):
        for b in range(g.shape[1]):
            for c in range(g.shape[2]):
                for d in range(g.shape[3]):
                    for e in range(g.shape[4]):
                        at = start + a * s0 + b * s1 + c * s2 + d * s3 + e * s4
                        row = g[a, b, c, d, e]
                        if s5 == 1:
                            target = dx[at : at + row.shape[0]]
                            for f in range(row.shape[0]):
                                target[f] += row[f]
                        else:
                            for f in range(row.shape[0]):
                                dx[at + f * s5] += row[f]


def walk_local(e: int, plan: Plan, z: Array) -> tuple[Array, Array]:
    """Return the places that element e was copied to; each moves by as much as it does."""
    sizes, (start, *strides) = plan.views[1], plan.ints
    source = start + sum(i * s for i, s in zip(np.indices(sizes), strides, strict=True))
    places = np.flatnonzero(np.reshape(source, -1) == e)
    return places, np.ones(places.size, z.dtype)
