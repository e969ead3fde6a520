"""Matrix products of few rows, or of few products a sum, as LLVM code: a batch of eight through a layer, and back.

BLAS copies both matrices before it multiplies; where one of them is met only a few times that takes longer than the products.
Here each element of the large matrix is read once for four rows, whose sums stay in registers. Where there are no four, the
last one is computed and written several times.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from gradlab.kernels.code import Code, Int, wide

ROWS = 4
"""Rows whose sums are in registers at once."""
STRIP = 64
"""Rows of y that all rows of x meet before the next ones are read."""
FEW = 32
"""Rows of x, or products in each sum, up to which this is faster than BLAS."""


def _across(code: Code) -> int:
    """Return how many vectors of sums each of the rows keeps in registers."""
    if wide():
        return 4
    return 2 if code.bits == 32 else 1


def weigh_rows(code: Code, x: Any, y: Any, z: Any, *numbers: Int) -> None:
    """Write z[i, p] = Σ x[i·down + q·along] · y[q, p] over q, or add it to what is there."""
    rows, inner, width, down, along, added = numbers
    b, adds, size = code.b, added.is_("!=", 0), _across(code) * code.count

    def block(start: Int, i: Int, p: Int, left: Int | None) -> None:
        vectors = 1 if left else _across(code)
        lines = [(i + r).at_most(rows - 1) for r in range(ROWS)]
        places = [code.at(z, line * width + p + v * code.count) for line in lines for v in range(vectors)]
        weights, slots = [code.at(x, line * down) for line in lines], code.slots(len(places))
        with b.if_then(b.or_(adds, start.is_("!=", 0))):
            for place, slot in zip(places, slots, strict=True):
                b.store(code.read(place, left), slot)
        with code.loop((start + STRIP).at_most(inner), start) as q:
            met = [code.read(code.at(y, q * width + p + v * code.count), left) for v in range(vectors)]
            for r, weight in enumerate(weights):
                factor = code.splat(b.load(code.at(weight, q * along)))
                for v, vector in enumerate(met):
                    code.multiply_add(factor, vector, slots[r * vectors + v])
        for place, slot in zip(places, slots, strict=True):
            code.write(b.load(slot), place, left)

    with code.loop(rows, 0, FEW) as first, code.loop(inner, 0, STRIP) as start:
        end = (first + FEW).at_most(rows)
        with code.loop(width // size) as j, code.loop(end, first, ROWS) as i:
            block(start, i, j * size, None)
        with code.loop(width, width // size * size, code.count) as p, code.loop(end, first, ROWS) as i:
            block(start, i, p, width - p)


def meet_rows(code: Code, x: Any, y: Any, z: Any, *numbers: Int) -> None:
    """Write z[i, j] = Σ x[i, q] · y[j, q] over q, or add it to what is there."""
    rows, inner, width, added = numbers
    b, adds, whole = code.b, added.is_("!=", 0), inner // code.count * code.count
    height, columns = (ROWS, _across(code)) if _across(code) > 1 else (2, 2)
    short = Code(b, code.real, {}, columns)
    zeros = ir.Constant(short.vector, [0.0] * columns)

    def step(others: list[Any], lines: list[Any], slots: list[Any], q: Int, left: Int | None) -> None:
        vectors = [code.read(code.at(line, q), left) for line in lines]
        for r, other in enumerate(others):
            upstream = code.read(code.at(other, q), left)
            for c, vector in enumerate(vectors):
                code.multiply_add(upstream, vector, slots[r * columns + c])

    with code.loop(width, 0, columns) as j, code.loop(rows, 0, height) as i:
        places = [(i + r).at_most(rows - 1) for r in range(height)]
        others, targets = [code.at(x, place * inner) for place in places], [code.at(z, place * width + j) for place in places]
        lines = [code.at(y, (j + c).at_most(width - 1) * inner) for c in range(columns)]
        slots = code.slots(height * columns)
        with code.loop(whole, 0, code.count) as q:
            step(others, lines, slots, q, None)
        with code.loop(inner, whole, code.count) as q:
            step(others, lines, slots, q, inner - q)
        before = [b.select(adds, short.read(target, width - j), zeros) for target in targets]
        for r, target in enumerate(targets):
            totals = code.totals([b.load(slot) for slot in slots[r * columns : (r + 1) * columns]])
            short.write(b.fadd(before[r], totals), target, width - j)
