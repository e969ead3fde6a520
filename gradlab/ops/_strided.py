"""What ops that only move elements share: the output is a walk through the input with a start and a stride an axis.

Six loops suffice: axes that are walked as one are merged. A stride of 0 repeats, a negative one walks backwards. What is marked
`emitted` is LLVM code in a kernel: `gradlab.kernels.walk`.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from gradlab.numeric import emitted
from gradlab.op import Array, Plan, Shape

LOOPS = 6
RANKS = (1, 1)
INTS = ("start", *(f"{kind}{i}" for kind in "nxz" for i in range(LOOPS)))
"""Where the walk begins in x; the sizes of the loops, and how far each steps in x and in z."""
TURN = 4
"""The last loop but one steps to neighbours in x where the last one does so in z alone: both are read and written in blocks."""


def strides_of(shape: Shape) -> tuple[int, ...]:
    """Return the distance in elements from one index to the next, for every axis."""
    return tuple(prod(shape[i + 1 :]) for i in range(len(shape)))


def walk_plan(shape: Shape, out: Shape, strides: tuple[int, ...], start: int = 0) -> Plan:
    """Plan a copy of `out` elements from an array of a shape. Axes of size 1 need no loop, and no array has more than six."""
    return Plan(((prod(shape),), (prod(out),)), (start, *walk_loops(out, strides)))


def walk_loops(out: Shape, strides: tuple[int, ...]) -> tuple[int, ...]:
    """Return sizes, steps in x and steps in z of the loops that write `out` elements side by side."""
    loops: list[tuple[int, int]] = []
    for n, stride in zip(out, strides, strict=True):
        if n == 1:
            continue
        if loops and loops[-1][1] == stride * n:
            loops[-1] = (loops[-1][0] * n, stride)
        else:
            loops.append((n, stride))
    assert len(loops) <= LOOPS, f"shape {out} is walked in {len(loops)} loops"
    loops = [(1, 0)] * (LOOPS - len(loops)) + loops
    steps = strides_of(tuple(n for n, _ in loops))
    walk = [(n, s, t) for (n, s), t in zip(loops, steps, strict=True)]
    if walk[-1][1] != 1:
        near = next((loop for loop in walk if loop[1] == 1 and loop[0] > 1), walk[TURN])
        walk.remove(near)
        walk.insert(TURN, near)
    return tuple(number for kind in zip(*walk, strict=True) for number in kind)


def _walked(a: Array, start: int, sizes: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    return as_strided(a[start:], sizes, [s * a.itemsize for s in strides])


@emitted
def walk_copy(x: Array, z: Array, start: int, *loops: int) -> None:
    """Copy what is walked through in x into z. Both are flat."""
    sizes, there, here = (loops[i : i + LOOPS] for i in range(0, 3 * LOOPS, LOOPS))
    if 0 not in sizes:
        _walked(z, 0, sizes, here)[...] = _walked(x, start, sizes, there)


@emitted
def walk_take(x: Array, z: Array, add: bool, start: int, *loops: int) -> None:
    """Add what is walked through in x to z, or write it."""
    sizes, there, here = (loops[i : i + LOOPS] for i in range(0, 3 * LOOPS, LOOPS))
    if 0 not in sizes:
        found, target = _walked(x, start, sizes, there), _walked(z, 0, sizes, here)
        target[...] = target + found if add else found


@emitted
def walk_back(g: Array, dx: Array, add: bool, start: int, *loops: int) -> None:
    """Add every element of g to the place in dx that it was copied from, or write the sums, 0 where nothing was copied."""
    sizes, there, here = (loops[i : i + LOOPS] for i in range(0, 3 * LOOPS, LOOPS))
    if not add:
        dx[...] = 0
    if 0 not in sizes:
        again = tuple(i for i in range(LOOPS) if there[i] == 0)
        sums = _walked(g, 0, sizes, here).sum(axis=again, dtype=np.float64, keepdims=True)
        target: Any = _walked(dx, start, sums.shape, there)
        target += sums


def walk_local(e: int, plan: Plan, z: Array) -> tuple[Array, Array]:
    """Return the places that element e was copied to; each moves by as much as it does."""
    start, *loops = plan.ints
    sizes, there, here = (loops[i : i + LOOPS] for i in range(0, 3 * LOOPS, LOOPS))
    each = np.indices(sizes)
    source, target = (sum(i * s for i, s in zip(each, steps, strict=True)) for steps in (there, here))
    places = np.sort(target[start + source == e])
    return places, np.ones(places.size, z.dtype)
