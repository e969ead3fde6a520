"""Matrix product; of vectors and of stacks of matrices as in NumPy.

    forward  z = x @ y                     x: (n, k)   y: (k, m)   z: (n, m)
    backward dx = g @ y.T,  dy = x.T @ g   g: (n, m)

A vector x is a row, a vector y a column, and z lacks that axis. Axes before the last two are a stack of matrices; stacks
broadcast, and what a matrix was repeated over, its gradient is summed over.
In float32 what z is added up of is added in float64 where z is a row, a column or one number. A matrix z is added up in float32
by BLAS: its error may grow with k, up to k / 2 roundings.
Known as: dot: x @ y; mm: x @ y; bmm: x @ y.
Source: Magnus & Neudecker, *Matrix Differential Calculus*, 1999.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import gemm, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op, broadcast_shape
from gradlab.terms import Maker, Sends, Term

LOOPS = 3
"""Loops over a stack."""


@helper
def matrix_of(b: int, s1: int, s2: int, p0: int, p1: int, p2: int) -> tuple[int, bool]:
    """Return which matrix of an operand goes into matrix b of the stack, and whether it went into one before that.

    s1, s2: the sizes of the inner loops over the stack.
    p0 to p2: how far each loop goes on in the operand, 0 where it repeats.
    """
    d2, rest = b % s2, b // s2
    d1, d0 = rest % s1, rest // s1
    before = (p0 == 0 and d0 > 0) or (p1 == 0 and d1 > 0) or (p2 == 0 and d2 > 0)
    return d0 * p0 + d1 * p1 + d2 * p2, before


def forward(
    x: Array, y: Array, z: Array,
    s1: int, s2: int, x0: int, x1: int, x2: int, y0: int, y1: int, y2: int,
) -> None:  # fmt: skip
    for b in range(z.shape[0]):
        i, _ = matrix_of(b, s1, s2, x0, x1, x2)
        j, _ = matrix_of(b, s1, s2, y0, y1, y2)
        gemm(x[i], y[j], z[b], False)


def backward(
    g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, add_x: bool, add_y: bool,
    s1: int, s2: int, x0: int, x1: int, x2: int, y0: int, y1: int, y2: int,
) -> None:  # fmt: skip
    for i in range(dx.shape[0] if z.size == 0 and not add_x else 0):  # nothing may come to assign it
        dx[i] = 0.0
    for j in range(dy.shape[0] if z.size == 0 and not add_y else 0):
        dy[j] = 0.0
    for b in range(z.shape[0]):
        i, again_x = matrix_of(b, s1, s2, x0, x1, x2)
        j, again_y = matrix_of(b, s1, s2, y0, y1, y2)
        gemm(g[b], y[j].T, dx[i], add_x or again_x)
        gemm(x[i].T, g[b], dy[j], add_y or again_y)


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    row, column = x.rank == 1, y.rank == 1
    left = m.reshape(x, shape=(1, *x.shape)) if row else x
    right = m.reshape(y, shape=(*y.shape, 1)) if column else y
    g = m.reshape(g, shape=(*_stack(x.shape, y.shape), left.shape[-2], right.shape[-1]))
    dx = g @ swapped(m, right)
    single = prod(right.shape[:-2]) == 1
    dy = m.transpose(rows_of(m, left)) @ rows_of(m, g) if single else swapped(m, left) @ g
    return _back(m, dx, left, x), _back(m, dy, right, y)


def _back(m: Maker, sent: Term, seen: Term, x: Term) -> Term:
    """Return what was sent, summed over the stack if x is a single matrix, in the shape of x."""
    extra = sent.rank - seen.rank
    repeated = [i for i in range(sent.rank - 2) if i < extra or seen.shape[i - extra] == 1 != sent.shape[i]]
    sent = m.sum(sent, axis=tuple(repeated), keepdims=True) if repeated else sent
    return sent if sent.shape == x.shape else m.reshape(sent, shape=x.shape)


def swapped(m: Maker, x: Term) -> Term:
    """Return every matrix of a stack transposed."""
    return m.transpose(x, axes=(*range(x.rank - 2), x.rank - 1, x.rank - 2))  # type: ignore[no-any-return]


def rows_of(m: Maker, x: Term) -> Term:
    """Return all rows as those of one matrix."""
    return x if x.rank == 2 else m.reshape(x, shape=(prod(x.shape[:-1]), x.shape[-1]))


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of x @ y, as NumPy does."""
    x, y = shapes
    if not x or not y:
        raise ShapeError(f"`@` multiplies vectors and matrices, got shapes {x} and {y}: use `*` for a single number")
    rows, columns = y[-2] if len(y) > 1 else y[0], y[-1:] if len(y) > 1 else ()
    if x[-1] != rows:
        raise ShapeError(
            f"cannot multiply {x} @ {y}: the last size of the first, {x[-1]}, is not {rows}, the rows of the second"
        )
    return _stack(x, y) + (x[-2:-1] if len(x) > 1 else ()) + columns


def _stack(x: Shape, y: Shape) -> Shape:
    a, b = x[:-2], y[:-2]
    try:
        stack = broadcast_shape((a, b))
    except ShapeError:
        raise ShapeError(f"cannot multiply {x} @ {y}: the stacks {a} and {b} do not broadcast") from None
    if len(_loops(a, b)) > LOOPS:
        raise ShapeError(f"cannot multiply {x} @ {y}: the stacks {a} and {b} repeat in more than {LOOPS} turns")
    return stack


def _loops(a: Shape, b: Shape) -> list[tuple[int, bool, bool]]:
    """Return the loops over a stack: the size of each, and whether it goes on in x and in y. Neighbours of one kind are one."""
    rank = max(len(a), len(b))
    loops: list[tuple[int, bool, bool]] = []
    for m, n in zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True):
        size, kind = (n if m == 1 else m), (m != 1, n != 1)
        if loops and loops[-1][1:] == kind:
            loops[-1] = (loops[-1][0] * size, *kind)
        elif kind != (False, False):
            loops.append((size, *kind))
    return loops


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See stacks of matrices; many rows times one matrix is one product."""
    x, y = shapes
    n, k = x[-2] if len(x) > 1 else 1, x[-1]
    m = y[-1] if len(y) > 1 else 1
    a, b = x[:-2], y[:-2]
    if prod(b) == 1 and prod(a) != 1:
        n, a, b = n * prod(a), (), ()
    loops = _loops(a, b)
    loops = [(1, True, True)] * (LOOPS - len(loops)) + loops
    steps = [
        [prod(size for size, *moves in loops[i + 1 :] if moves[q]) * loops[i][1 + q] for i in range(LOOPS)] for q in (0, 1)
    ]
    views = ((prod(a), n, k), (prod(b), k, m), (prod(size for size, _, _ in loops), n, m))
    return Plan(views, (*(max(1, size) for size, _, _ in loops[1:]), *steps[0], *steps[1]))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element (i, q) of x moves row i of z by row q of y; element (q, j) of y moves column j of z by column q of x."""
    out = plan(tuple(a.shape for a in inputs), z.shape, attrs)
    x, y = (a.reshape(view) for a, view in zip(inputs, out.views[:2], strict=True))
    places = np.arange(z.size).reshape(out.views[2])
    at, row, column = np.unravel_index(e, out.views[k])
    s, steps = out.ints[:2], (out.ints[2:5], out.ints[5:])
    found = [[matrix_of(b, *s, *step)[0] for b in range(len(places))] for step in steps]
    mine = [b for b in range(len(places)) if found[k][b] == at]
    others = [found[1 - k][b] for b in mine]
    if k == 0:
        return places[mine, row, :].reshape(-1), y[others, column, :].reshape(-1)
    return places[mine, :, column].reshape(-1), x[others, :, row].reshape(-1)


OP = array_op(
    "matmul",
    forward,
    backward,
    inputs=("x", "y"),
    role="weigh",
    by_rows=True,
    title="matrix product",
    symbols="{x} @ {y}",
    shape=shape,
    plan=plan,
    ranks=(3, 3, 3),
    local=local,
    ints=("s1", "s2", "x0", "x1", "x2", "y0", "y1", "y2"),
    assigns=True,
    work=lambda shapes, out, attrs: prod(out) * shapes[0][-1],
    operator="@",
    gradient=gradient,
    examples=(Example("matmul([[1, 2], [3, 4]], [[1, 0], [1, 1]])", "[[3.0, 2.0], [7.0, 4.0]]"),),
)
TORCH = "x @ y"
