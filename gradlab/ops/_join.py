"""What ops that put arrays side by side share: each is a run of elements in every row of the output."""

from __future__ import annotations

import numpy as np

from gradlab.numeric import helper
from gradlab.op import Array, Shape


@helper
def put(x: Array, z: Array, start: int) -> None:
    """Copy the rows of x into those of z, from a column on."""
    for a in range(x.shape[0]):
        row, out = x[a], z[a, start : start + x.shape[1]]
        for i in range(row.shape[0]):
            out[i] = row[i]


@helper
def take(g: Array, dx: Array, start: int) -> None:
    """Add the rows of g, from a column on, to those of dx."""
    for a in range(dx.shape[0]):
        row, out = g[a, start : start + dx.shape[1]], dx[a]
        for i in range(row.shape[0]):
            out[i] += row[i]


def joined_local(k: int, e: int, views: tuple[Shape, ...], z: Array) -> tuple[Array, Array]:
    """Return the place to which element e of input k was copied."""
    row, column = divmod(e, views[k][1])
    before = sum(width for _, width in views[:k])
    return np.array([row * views[-1][1] + before + column]), np.ones(1, z.dtype)
