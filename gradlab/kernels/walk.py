"""Copies whose order changes, as LLVM code: what `gradlab.ops._strided` says with arrays.

Four outer loops, and a plane of two inner ones that has a way of its own for each layout: lines of neighbours, lines that are
columns on the other side, one number repeated, a sum, a line backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from llvmlite import ir

from gradlab.kernels.code import LANES, Code, Int, StandIn, flag, plain
from gradlab.kernels.loops import SUM_FLAGS, exactly, rounded
from gradlab.kernels.product import turned

LOOPS = 6
STRIP = 64
"""Rows that are written between two columns of blocks: so many pages the CPU finds again at once."""


def walk_copy(code: Code, x: StandIn, z: StandIn, start: Int, *loops: Int) -> None:
    """Write `_strided.walk_copy`."""
    sizes, there, here = _loops(code, loops)
    _walk(code, code.at(x.data, start), z.data, sizes, there, here, None)


def walk_take(code: Code, x: StandIn, z: StandIn, add: Any, start: Int, *loops: Int) -> None:
    """Write `_strided.walk_take`."""
    sizes, there, here = _loops(code, loops)
    with code.b.if_then(z.wanted):
        _walk(code, code.at(x.data, start), z.data, sizes, there, here, code.whole(1).if_(flag(add), 0))


def walk_back(code: Code, g: StandIn, dx: StandIn, add: Any, start: Int, *loops: Int) -> None:
    """Write `_strided.walk_back`. What covers dx, that is, has as many elements, needs no zeros before it."""
    sizes, there, here = _loops(code, loops)
    b, adds = code.b, flag(add)
    covers = g.shape[0].is_("==", dx.shape[0])
    with b.if_then(b.not_(b.or_(adds, covers))):
        code.zero(dx.data, dx.shape[0])
    mode = code.whole(1).if_(b.or_(adds, b.not_(covers)), 0)
    with b.if_then(dx.wanted):
        _walk(code, g.data, code.at(dx.data, start), sizes, here, there, mode)


def _loops(code: Code, loops: Sequence[Int | int]) -> list[list[Int]]:
    """Return sizes, steps there and steps here."""
    return [[code.whole(plain(n)) for n in loops[i : i + LOOPS]] for i in range(0, 3 * LOOPS, LOOPS)]


def _walk(code: Code, source: Any, target: Any, sizes: Sequence[Int], steps: Sequence[Int], others: Sequence[Int],
          adds: Int | None) -> None:  # fmt: skip
    n0, n1, n2, n3, *inner = sizes
    name = "walk_copied" if adds is None else "walk_added"
    with code.loop(n0) as i0, code.loop(n1) as i1, code.loop(n2) as i2, code.loop(n3) as i3:
        at, to = (i0 * s[0] + i1 * s[1] + i2 * s[2] + i3 * s[3] for s in (steps, others))
        numbers = [*inner, *steps[4:], *others[4:], *([] if adds is None else [adds])]
        code.call(name, _plane, [code.at(source, at), code.at(target, to), *numbers])


class _Target:
    """Where numbers are put: copied there bit by bit, or added to what is there, or to 0 where that does not count."""

    def __init__(self, code: Code, adds: Int | None = None) -> None:
        self.code = code
        self.adds = None if adds is None else adds.is_("!=", 0)
        self.mask = None if self.adds is None else code.b.sext(self.adds, ir.IntType(code.bits))

    def put(self, number: Any, place: Any) -> None:
        b = self.code.b
        if self.mask is not None:
            old = b.bitcast(b.and_(b.bitcast(b.load(place), self.mask.type), self.mask), number.type)
            number = b.fadd(number, old)
        b.store(number, place)

    def put_vector(self, vector: Any, place: Any, adds: bool) -> None:
        """Put a vector; here it is known whether it is added: reading what does not count doubles the time of a turn."""
        if adds:
            vector = self.code.b.fadd(vector, self.code.read(place))
        elif self.adds is not None:
            vector = self.code.b.fadd(vector, ir.Constant(vector.type, [0.0] * LANES))
        self.code.write(vector, place)


def _plane(code: Code, source: Any, target: Any, n: Int, m: Int, *numbers: Int) -> None:
    """Put n lines of m numbers. down, along: how far lines and numbers are apart where they are; to_…: where they go.

    A further number says whether they are added; without one they are copied.
    """
    down, along, to_down, to_along, *modes = numbers
    b, put = code.b, _Target(code, *modes)
    near, to_near, columns = along.is_("==", 1), to_along.is_("==", 1), down.is_("==", 1)
    swapped = b.and_(near, to_down.is_("==", 1))
    turns = b.and_(b.or_(b.and_(to_near, columns), swapped), b.not_(b.and_(near, to_near)))
    line = partial(_lines, code, put, source, target, (n, down, to_down), m)
    sizes = n.if_(b.not_(swapped), m), m.if_(b.not_(swapped), n)
    apart, rows = along.if_(b.not_(swapped), down), to_down.if_(b.not_(swapped), to_along)
    ways: list[tuple[Any, Callable[[], None]]] = [
        (b.and_(near, to_near), lambda: line(1, 1)),
        (turns, lambda: _turn(code, put, source, target, *sizes, apart, rows)),
        (b.and_(along.is_("==", 0), to_near), lambda: line(0, 1)),
        (b.and_(along.is_("==", -1), to_near), lambda: line(-1, 1)),
        (b.and_(near, to_along.is_("==", -1)), lambda: line(1, -1)),
    ]
    if modes:  # before the turns, which would add a line up in the dtype of the graph
        ways.insert(0, (to_along.is_("==", 0), lambda: _sums(code, put, source, target, (n, down, to_down), m, along)))
    _first_that_holds(code, ways, lambda: line(along, to_along))


def _first_that_holds(code: Code, ways: Sequence[tuple[Any, Callable[[], None]]], otherwise: Callable[[], None]) -> None:
    if not ways:
        otherwise()
        return
    (condition, way), *rest = ways
    with code.b.if_else(condition) as (holds, not_):
        with holds:
            way()
        with not_:
            _first_that_holds(code, rest, otherwise)


def _lines(code: Code, put: _Target, source: Any, target: Any, lines: Sequence[Int], m: Int, along: Int | int,
           to_along: Int | int) -> None:  # fmt: skip
    n, down, to_down = lines
    with code.loop(n) as i:
        here, there = code.at(source, i * down), code.at(target, i * to_down)
        with code.loop(m) as j:
            put.put(code.b.load(code.at(here, j * along)), code.at(there, j * to_along))


def _sums(code: Code, put: _Target, source: Any, target: Any, lines: Sequence[Int], m: Int, along: Int) -> None:
    """Add the sum of each line, taken in float64, to one number."""
    (n, down, to_down), b = lines, code.b
    with code.b.goto_entry_block():
        slot = b.alloca(ir.DoubleType())

    def summed(here: Any, step: Int | int) -> None:
        with code.loop(m) as j:
            number = exactly(b, b.load(code.at(here, j * step)))
            b.store(b.fadd(b.load(slot), number, flags=SUM_FLAGS), slot)

    with code.loop(n) as i, code.b.if_then(m.is_(">", 0)):
        b.store(ir.Constant(ir.DoubleType(), 0.0), slot)
        here = code.at(source, i * down)
        with b.if_else(along.is_("==", 1)) as (near, apart):
            with near:
                summed(here, 1)
            with apart:
                summed(here, along)
        put.put(rounded(b, b.load(slot), code.real), code.at(target, i * to_down))


def _turn(code: Code, put: _Target, source: Any, target: Any, n: Int, m: Int, apart: Int, row: Int) -> None:
    """Put number j·apart + i at place i·row + j, for i < n and j < m, in blocks that are turned in registers."""
    lines, columns = n // LANES * LANES, m // LANES * LANES
    blocks = partial(_turn_blocks, put, (source, target), (lines, columns), (apart, row))
    if put.adds is None:
        blocks(False)
    else:
        with code.b.if_else(put.adds) as (more, fresh):
            with more:
                blocks(True)
            with fresh:
                blocks(False)
    for first, last, end in ((0, columns, lines), (columns, m, None)):
        with code.loop(last, first) as j, code.loop(n, end or 0) as i:
            put.put(code.b.load(code.at(source, j * apart + i)), code.at(target, i * row + j))


def _turn_blocks(put: _Target, ends: tuple[Any, Any], sizes: tuple[Int, Int], steps: tuple[Int, Int], adds: bool) -> None:
    (source, target), (lines, columns), (apart, row), code = ends, sizes, steps, put.code
    with code.loop(lines, 0, STRIP) as strip, code.loop(columns, 0, LANES) as j:
        places = [code.at(source, (j + k) * apart) for k in range(LANES)]
        with code.loop((strip + STRIP).at_most(lines), strip, LANES) as i:
            block = turned(code.b, [code.read(code.at(place, i)) for place in places])
            for k, vector in enumerate(block):
                put.put_vector(vector, code.at(target, (i + k) * row + j), adds)


WORDS: dict[str, Callable[..., None]] = {f.__name__: f for f in (walk_copy, walk_take, walk_back)}
