"""Sums in registers as LLVM code: blocks of them stay there until they are done, and what is read serves a whole block.

`slide` weighs lines of numbers, `dots` multiplies lines with lines. Both go through the registers of the CPU as they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from gradlab.kernels.code import Code, Int, wide

PANEL = 4
"""Vectors across a block, as many as the first of the blocks has."""
TAIL = 2
"""Vectors of the block at the end of a row: some of their elements may lie behind it."""


def _registers() -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the blocks that fit into the registers: (sums, vectors of each) for `slide`, sums down and across for `dots`."""
    if wide():
        return ((6, 4), (4, 4), (2, 8), (1, 8)), ((6, 4, 1), (4, 1))
    return ((2, 2), (1, 4)), ((2, 1), (2, 1))


def slide(code: Code, x: Any, w: Any, z: Any, bias: Any, table: Any, *numbers: Int) -> None:
    """Write z[t·step + p] = bias[t] + Σ w[t·wt + c·wc + table[k]] · x[c·plane + table[beyond + k] + p], t < targets, p < width.

    biased, added: whether there is a bias, and whether it is added to what stands in z.
    """
    targets, step, width, biased, added = numbers[6:]
    b, known = code.b, dict(_registers()[0])
    adds, shifts = added.is_("!=", 0), biased.is_("!=", 0)
    no_bias = ir.Constant(code.real, -0.0)

    def block(t: Int, p: Int, sums: int, vectors: int, left: Int | None) -> None:
        slots = _accumulate(code, (x, w, table), numbers, t, p, sums, vectors)
        for i in range(sums):
            shift = code.splat(b.select(shifts, b.load(code.at(bias, (t + i) * biased)), no_bias))
            for v in range(vectors):
                target, rest = code.at(z, (t + i) * step + p + v * code.count), None if left is None else left - v * code.count
                before = b.select(adds, code.read(target, rest), shift)
                code.write(b.fadd(b.load(slots[i * vectors + v]), before), target, rest)

    def tail(t: Int, p: Int, sums: int) -> None:
        with b.if_else((width - p).is_(">", code.count)) as ends:
            for vectors, end in zip((TAIL, 1), ends, strict=True):
                with end:
                    block(t, p, sums, vectors, width - p)

    def rows(t: Int, sums: int) -> None:
        size = known[sums] * code.count
        with code.loop(width // size) as p:
            block(t, p * size, sums, known[sums], None)
        with code.loop(width, width // size * size, TAIL * code.count) as p:
            tail(t, p, sums)

    in_blocks(code, targets, tuple(known), rows)


def _accumulate(code: Code, arrays: tuple[Any, ...], numbers: Sequence[Int], t: Int, p: Int, sums: int,
                vectors: int) -> list[Any]:  # fmt: skip
    """Return the slots of a block of sums: some targets, some vectors of places."""
    (x, w, table), (plane, channels, taps, beyond, wc, wt) = arrays, numbers[:6]
    slots, b = code.slots(sums * vectors), code.b
    with code.loop(channels) as c, code.loop(taps) as k:
        which, where = (code.whole(_load(code, table, place)) for place in (k, k + beyond))
        source, weight = code.at(x, c * plane + where + p), code.at(w, t * wt + c * wc + which)
        lines = [code.read(code.at(source, v * code.count)) for v in range(vectors)]
        for i in range(sums):
            factor = code.splat(b.load(code.at(weight, wt * i)))
            for v in range(vectors):
                code.multiply_add(factor, lines[v], slots[i * vectors + v])
    return slots


def _load(code: Code, table: Any, place: Int) -> Any:
    found = code.b.load(code.at(table, place))
    found.align = 4
    return found


def in_blocks(code: Code, count: Int, sizes: Sequence[int], body: Callable[[Int, int], None]) -> None:
    """Write body(first, size) for blocks of falling sizes; the last size is 1."""
    start = code.whole(0)
    for size in sizes:
        blocks = (count - start) // size
        with code.loop(blocks) as i:
            body(start + i * size, size)
        start = start + blocks * size


CHUNK = 256
"""Elements of a channel, of one image or several, that all sums of a block run through in turn: so much stays in the cache."""


def dots(code: Code, x: Any, g: Any, w: Any, table: Any, kept: Any, *numbers: Int) -> None:
    """Add to each weight (t, c, k) the sum of g[n·gn + t·width + p] · x[n·xn + c·plane + table[taps + k] + p] over n and p."""
    xn, gn, plane, channels, taps, targets, width, images = numbers
    (down, across), b = _registers()[1], code.b
    several = (code.whole(CHUNK) // width.at_least(1)).at_least(1)

    def block(t: Int, c: Int, sums: int, n: Int, p: Int, k: Int, columns: int) -> None:
        places = [code.at(kept, ((k + j) * sums + i) * code.count) for i, j in itertools.product(range(sums), range(columns))]
        slots, end = code.slots(sums * columns), (p + CHUNK).at_most(width)
        for place, slot in zip(places, slots, strict=True):
            b.store(code.read(place), slot)
        starts = [c * plane + code.whole(_load(code, table, taps + k + j)) for j in range(columns)]
        with code.loop((n + several).at_most(images), n) as m:
            lines = [code.at(x, m * xn + start) for start in starts]
            _meet(code, lines, [code.at(g, m * gn + (t + i) * width) for i in range(sums)], p, end, slots)
        for place, slot in zip(places, slots, strict=True):
            code.write(b.load(slot), place)

    def row(t: Int, sums: int) -> None:
        with code.loop(channels) as c:
            code.zero(kept, taps * (sums * code.count))
            with code.loop((images + several - 1) // several) as chunk, code.loop(width, 0, CHUNK) as p:
                in_blocks(code, taps, across, lambda k, columns: block(t, c, sums, chunk * several, p, k, columns))
            with code.loop(taps) as k, code.loop(sums) as i:
                place, sent = code.at(w, ((t + i) * channels + c) * taps + k), code.at(kept, (k * sums + i) * code.count)
                b.store(b.fadd(b.load(place), code.total(code.read(sent))), place)

    in_blocks(code, targets, down, row)


def _meet(code: Code, lines: Sequence[Any], others: Sequence[Any], p: Int, end: Int, slots: Sequence[Any]) -> None:
    """Add the products of all lines with all others, from place p to the end, to vectors of sums."""

    def step(at: Int, left: Int | None) -> None:
        vectors = [code.read(code.at(line, at), left) for line in lines]
        for i, other in enumerate(others):
            upstream = code.read(code.at(other, at), left)
            for j, vector in enumerate(vectors):
                code.multiply_add(upstream, vector, slots[i * len(lines) + j])

    whole = p + (end - p) // code.count * code.count
    with code.loop(whole, p, code.count) as at:
        step(at, None)
    with code.loop(end, whole, code.count) as at:  # a mask takes a port from the products: only where there is a rest
        step(at, end - at)
