"""What products by letters share: sums over loops, and matrix products where the letters say one.

What is marked `emitted` is LLVM code in a kernel: `gradlab.kernels.contraction`.

A letter that both operands and the result have is of the batch, one that the result lacks is summed, one that only one operand
and the result have is of its rows or columns: z[b] = x[b] @ y[b] for every b of the batch. An array whose letters lie in
another order is packed first, or unpacked at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

from gradlab.numeric import emitted, gemm
from gradlab.op import Array
from gradlab.ops._strided import walk_back, walk_copy, walk_loops

LOOPS = 6
WALK = 3 * LOOPS
PLAIN, TURNED, PACKED = range(3)
"""How the matrices of an array lie in it: row by row, column by column, or neither."""
MATRICES = ("batch", "rows", "inner", "columns", "x_form", "y_form", "z_form")
INTS = (*MATRICES, *(f"walk{i}" for i in range(3 * WALK)))
"""How many matrices, of which sizes, in which form; behind that a walk through each array from which it is packed.

Where the letters say no product, batch is 0, and behind the forms are the sizes of six loops, and their steps in x, in y and in
z.
"""


def loop_numbers(numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the numbers of `INTS` for a product that runs loops."""
    return (*(0,) * len(MATRICES), *numbers, *(0,) * (3 * WALK - len(numbers)))


def matrix_numbers(
    parts: Sequence[str], sizes: Mapping[str, int], steps: Sequence[Mapping[str, int]]
) -> tuple[int, ...] | None:
    """Return the numbers of `INTS` for a product of matrices; None where the letters say none, or where loops are as good.

    parts: the letters of x, y and z whose size is not 1.   steps: of each letter in each array.
    """
    x, y, z = (frozenset(part) for part in parts)
    groups = (x & y & z, (x & z) - y, (x & y) - z, (y & z) - x)
    counts = [prod(sizes[letter] for letter in group) for group in groups]
    twice = any(len(set(part)) < len(part) for part in parts)
    if twice or frozenset().union(*groups) != x | y | z or 0 in counts or counts[2] == 1 or counts[1] == counts[3] == 1:
        return None
    ways = (_forms(parts, order) for order in product(*(_orders(group, parts) for group in groups)))
    forms, lain = min(ways, key=lambda way: sum(prod(sizes[n] for n in part) for part in _packed(parts, way[0])))
    walks = [
        walk_loops(tuple(sizes[n] for n in part), tuple(step[n] for n in part)) for part, step in zip(lain, steps, strict=True)
    ]
    return (*counts, *forms, *(number for walk in walks for number in walk))


def _orders(group: frozenset[str], parts: Sequence[str]) -> list[str]:
    """Return the orders in which the letters of a group stand in the arrays that have them."""
    return sorted({"".join(n for n in part if n in group) for part in parts if group <= set(part)})


def _forms(parts: Sequence[str], order: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return for an order of the letters of each group the forms of the arrays, and the letters of their matrices."""
    batch, rows, inner, columns = order
    matrices = ((rows, inner), (inner, columns), (rows, columns))
    forms = [
        PLAIN if part == batch + down + along else TURNED if part == batch + along + down else PACKED
        for part, (down, along) in zip(parts, matrices, strict=True)
    ]
    return forms, [batch + down + along for down, along in matrices]


def _packed(parts: Sequence[str], forms: Sequence[int]) -> list[str]:
    return [part for part, form in zip(parts, forms, strict=True) if form == PACKED]


def packed_size(numbers: Sequence[int]) -> int:
    """Return the elements of working memory that a product takes."""
    batch, rows, inner, columns, *forms = numbers[: len(MATRICES)]
    each = (rows * inner, inner * columns, rows * columns)
    return batch * sum(size for size, form in zip(each, forms, strict=True) if form == PACKED)


@emitted
def contract(x: Array, y: Array, z: Array, scratch: Array, *numbers: int) -> None:
    """Write the product."""
    batch, rows, inner, columns, *forms = numbers[: len(MATRICES)]
    walks = numbers[len(MATRICES) :]
    if not batch:
        z[...] = 0
        add_products(x, y, z, walks[: 4 * LOOPS])
        return
    left, right = (
        _matrices(x, (batch, rows, inner), forms[0], walks),
        _matrices(y, (batch, inner, columns), forms[1], walks[WALK:]),
    )
    _multiply(left, right, z, False, forms[2], walks[2 * WALK :])


@emitted
def contract_back(
    g: Array, x: Array, y: Array, dx: Array, dy: Array, add_x: bool, add_y: bool, scratch: Array, *numbers: int
) -> None:
    """Send to both operands the product of the gradient with the other one."""
    batch, rows, inner, columns, *forms = numbers[: len(MATRICES)]
    walks = numbers[len(MATRICES) :]
    if not batch:
        _, of_x, of_y, of_z = (walks[i : i + LOOPS] for i in range(0, 4 * LOOPS, LOOPS))
        for other, sent, steps, others, add in ((y, dx, of_x, of_y, add_x), (x, dy, of_y, of_x, add_y)):
            if not add:
                sent[...] = 0
            add_products(g, other, sent, (*walks[:LOOPS], *of_z, *others, *steps))
        return
    left, right = (
        _matrices(x, (batch, rows, inner), forms[0], walks),
        _matrices(y, (batch, inner, columns), forms[1], walks[WALK:]),
    )
    upstream = _matrices(g, (batch, rows, columns), forms[2], walks[2 * WALK :])
    _multiply(upstream, right.swapaxes(1, 2), dx, add_x, forms[0], walks)
    _multiply(left.swapaxes(1, 2), upstream, dy, add_y, forms[1], walks[WALK:])


def _matrices(a: Array, shape: tuple[int, int, int], form: int, walk: Sequence[int]) -> Array:
    """Return an array as a batch of matrices."""
    batch, down, along = shape
    if form == TURNED:
        return a.reshape(batch, along, down).swapaxes(1, 2)
    if form == PACKED:
        a, source = np.empty_like(a), a
        walk_copy(source, a, 0, *walk[:WALK])
    return a.reshape(shape)


def _multiply(x: Array, y: Array, z: Array, add: bool, form: int, walk: Sequence[int]) -> None:
    """Write the products of a batch of matrices into an array, or add them."""
    out = np.empty_like(z) if form == PACKED else z
    batch, down, along = len(x), x.shape[1], y.shape[2]
    for left, right, matrix in zip(x, y, out.reshape(batch, -1), strict=True):
        if form == TURNED:
            gemm(right.T, left.T, matrix.reshape(along, down), add)
        else:
            gemm(left, right, matrix.reshape(down, along), add and form != PACKED)
    if form == PACKED:
        walk_back(out, z, add, 0, *walk[:WALK])


def add_products(x: Array, y: Array, z: Array, numbers: Sequence[int]) -> None:
    """Add Σ x · y to z: the sizes of six loops, and how far each steps in x, in y and in z (0 where it stays)."""
    sizes, *steps = (numbers[i : i + LOOPS] for i in range(0, 4 * LOOPS, LOOPS))
    if 0 in sizes:
        return
    kept = [i for i in range(LOOPS) if steps[2][i]]
    left, right = (as_strided(a, sizes, [s * a.itemsize for s in along]) for a, along in zip((x, y), steps, strict=False))
    out = as_strided(z, [sizes[i] for i in kept], [steps[2][i] * z.itemsize for i in kept])
    out += np.einsum(left, range(LOOPS), right, range(LOOPS), kept)
