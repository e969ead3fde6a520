"""What `tril` and `triu` share: matrices of which one side of a diagonal is kept."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import is_whole


@helper
def kept_columns(i: int, m: int, k: int, upper: int) -> tuple[int, int]:
    """Return the first column that is kept in row i of m columns, and the one behind the last."""
    at = min(max(i + k + 1 - upper, 0), m)
    return (at, m) if upper else (0, at)


@helper
def keep_side(x: Array, z: Array, k: int, upper: int) -> None:
    """Copy what is kept, and write 0 elsewhere."""
    for a in range(x.shape[0]):
        for i in range(x.shape[1]):
            first, last = kept_columns(i, x.shape[2], k, upper)
            for j in range(x.shape[2]):
                z[a, i, j] = x[a, i, j] if first <= j < last else 0.0


@helper
def send_side(g: Array, dx: Array, k: int, upper: int) -> None:
    """Add what arrives at what was kept."""
    for a in range(g.shape[0]):
        for i in range(g.shape[1]):
            first, last = kept_columns(i, g.shape[2], k, upper)
            for j in range(first, last):
                dx[a, i, j] += g[a, i, j]


def triangle_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, whose last two axes are a matrix. Raises ShapeError."""
    if len(shapes[0]) < 2:
        raise ShapeError(f"the last two axes are a matrix, got shape {shapes[0]}")
    if not is_whole(attrs["k"]):
        raise ShapeError(f"`k` is the whole number of a diagonal, got {attrs['k']!r}")
    return shapes[0]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a stack of matrices; a diagonal far outside is one just outside."""
    *stack, n, m = out
    view = (prod(stack), n, m)
    return Plan((view, view), (min(max(int(attrs["k"]), -n - 1), m + 1),))


def local_of(upper: bool) -> Any:
    """Make the local derivative: what is kept moves its copy."""

    def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
        n, m = z.shape[-2:]
        i, j = divmod(e % (n * m), m)
        inside = j - i >= attrs["k"] if upper else j - i <= attrs["k"]
        return np.array([e] * inside, np.int64), np.ones(int(inside), z.dtype)

    return local
