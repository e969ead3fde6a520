"""What the reductions share: six loops through an array, over axes that are kept and axes that are reduced in turn.

The kernels get flat views and the six sizes: views of six axes take numba three times as long to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, compiled_for, helper, summing
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import flag, many_axes
from gradlab.terms import Maker, Term

Term2 = Callable[[Any, Any], Any]
Part = Callable[[Any, Any, Any], Any]
RANKS = (1, 1)
INTS = ("k0", "r0", "k1", "r1", "k2", "r2")
"""The sizes of the loops, from the outermost in: kept, reduced, kept, reduced, kept, reduced."""


def reduced_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape that is left when the axes of `axis` are reduced. Raises ShapeError."""
    axes = many_axes(attrs["axis"], shapes[0])
    _groups(shapes[0], axes)
    if flag(attrs, "keepdims"):
        return tuple(1 if i in axes else n for i, n in enumerate(shapes[0]))
    return tuple(n for i, n in enumerate(shapes[0]) if i not in axes)


def _groups(shape: Shape, axes: tuple[int, ...]) -> Shape:
    """Return six sizes: neighbours of one kind in one group, kept and reduced ones in turn, a reduced one last."""
    sizes: list[int] = [1]
    for i, n in enumerate(shape):
        if n == 1:
            continue
        if (i in axes) == (len(sizes) % 2 == 0):
            sizes[-1] *= n
        else:
            sizes.append(n)
    if len(sizes) > 6:
        raise ShapeError(f"axes {axes} of shape {shape} alternate with too many others: reduce some of them first")
    sizes += [1] * (len(sizes) % 2)
    return tuple([1] * (6 - len(sizes)) + sizes)


def count(shape: Shape, axis: Any) -> int:
    """Return how many elements are reduced to one."""
    return prod(shape[i] for i in many_axes(axis, shape))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops."""
    return Plan(((prod(shapes[0]),), (prod(out),)), _groups(shapes[0], many_axes(attrs["axis"], shapes[0])))


def summed_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the plan with working memory for the sums in float64."""
    return replace(plan(shapes, out, attrs), scratch=room(prod(out)))


def room(count: int) -> int:
    """Return the size of working memory for so many numbers of float64: eight are aligned."""
    return max(2 * count, 8)


def counted_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the plan of sums with one further number: how many elements are reduced to one."""
    return replace(summed_plan(shapes, out, attrs), floats=(float(count(shapes[0], attrs["axis"])),))


@helper
def itself(x: float, about: float) -> float:
    """Return x: the term of a plain sum."""
    return x


def add_up(x: Array, z: Array, divisor: float, sums: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    """Write the sums, over a divisor, into z. sums: room for them in float64."""
    add_terms(itself, x, sums, sums, k0, r0, k1, r1, k2, r2)
    z[...] = sums[: z.shape[0]] / divisor


@compiled_for(add_up)
def _add_up(x: Array, z: Array, divisor: float, sums: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    add_terms(itself, x, sums, sums, k0, r0, k1, r1, k2, r2)
    for i in range(z.shape[0]):
        z[i] = sums[i] / divisor


def add_terms(
    term: Term2, x: Array, about: Array, sums: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:  # fmt: skip
    """Write the sums of term(x, about), in float64, with the element of `about` that stands where the sum does."""
    wide = x.reshape(k0, r0, k1, r1, k2, r2).astype(np.float64, copy=False)
    n = k0 * k1 * k2
    sums[:n] = term(wide, about[:n].reshape(k0, 1, k1, 1, k2, 1)).sum(axis=(1, 3, 5)).reshape(-1)


@compiled_for(add_terms)
@summing
def _add_terms(
    term: Term2, x: Array, about: Array, sums: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:  # fmt: skip
    for i in range(k0 * k1 * k2):
        sums[i] = 0.0
    for row in range(k0 * r0 * k1 * r1):
        block, at = row // r1, row * k2 * r2
        c = (block // (r0 * k1) * k1 + block % k1) * k2
        mine, out = about[c : c + k2], sums[c : c + k2]
        if r2 == 1:
            line = x[at : at + k2]
            for e in range(k2):
                out[e] += term(np.float64(line[e]), mine[e])
            continue
        for e in range(k2):
            line, s, m = x[at + e * r2 :], ZERO, mine[e]
            for i in range(r2):
                s += term(np.float64(line[i]), m)
            out[e] += s


def send(
    part: Part, slope: Array, x: Array, about: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:  # fmt: skip
    """Add part(slope, x, about) to every element of dx, with slope and `about` of what the element was reduced to."""
    one, n = (k0, 1, k1, 1, k2, 1), k0 * k1 * k2
    parts = part(slope[:n].reshape(one), x.reshape(k0, r0, k1, r1, k2, r2), about[:n].reshape(one))
    dx += parts.reshape(-1)


@compiled_for(send)
def _send(
    part: Part, slope: Array, x: Array, about: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:  # fmt: skip
    for row in range(k0 * r0 * k1 * r1):
        block, at = row // r1, row * k2 * r2
        c = (block // (r0 * k1) * k1 + block % k1) * k2
        up, mine = slope[c : c + k2], about[c : c + k2]
        if r2 == 1:
            line, out = x[at : at + k2], dx[at : at + k2]
            for e in range(k2):
                out[e] += part(up[e], line[e], mine[e])
            continue
        for e in range(k2):
            line, out, s, m = x[at + e * r2 :], dx[at + e * r2 :], up[e], mine[e]
            for i in range(r2):
                out[i] += part(s, line[i], m)


def spread(g: Array, dx: Array, scale: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    """Add scale · g to every element that was summed."""
    spaced = dx.reshape(k0, r0, k1, r1, k2, r2)
    spaced += (scale * g).reshape(k0, 1, k1, 1, k2, 1)


@compiled_for(spread)
def _spread(g: Array, dx: Array, scale: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    for row in range(k0 * r0 * k1 * r1):
        block, at = row // r1, row * k2 * r2
        c = (block // (r0 * k1) * k1 + block % k1) * k2
        up, out = g[c : c + k2], dx[at : at + k2]
        for e in range(k2 if r2 == 1 else 0):
            out[e] += scale * up[e]
        for e in range(k2 if r2 > 1 else 0):
            whole, line = scale * up[e], dx[at + e * r2 :]
            for f in range(r2):
                line[f] += whole


def place(e: int, x: Array, axis: Any) -> int:
    """Return the flat position in z that element e of x is reduced to."""
    axes = many_axes(axis, x.shape)
    index = np.unravel_index(e, x.shape) if x.ndim else ()
    kept = [(int(index[i]), n) for i, n in enumerate(x.shape) if i not in axes]
    return int(np.ravel_multi_index([i for i, _ in kept], [n for _, n in kept])) if kept else 0


def widened(z: Array, x: Array, axis: Any) -> Array:
    """Return z with the reduced axes put back, so that it broadcasts to x."""
    axes = many_axes(axis, x.shape)
    return z.reshape(tuple(1 if i in axes else n for i, n in enumerate(x.shape)))


def with_axes(m: Maker, term: Term, x: Term, axis: Any) -> Term:
    """Return a term that was reduced with its axes put back, so that it broadcasts to x."""
    axes = many_axes(axis, x.shape)
    wide = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    spread = (1,) * (len(wide) - term.rank) + term.shape
    return term if spread == wide else m.reshape(term, shape=wide)


def diagonal(m: Maker, n: int) -> Term:
    """Return a matrix (n, n) of ones on the diagonal and zeros beside it."""
    return m.one_hot(counting(m, n), classes=n)  # type: ignore[no-any-return]


def counting(m: Maker, n: int) -> Term:
    """Return the numbers from 0 below n."""
    return m.cumsum(m.expand(1.0, shape=(n,)), axis=0) - 1.0  # type: ignore[no-any-return]
