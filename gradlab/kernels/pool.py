"""Pools for the greatest element as LLVM code: what `gradlab.ops._pool` says with arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from gradlab.kernels.code import LANES, Code, Int, StandIn, flag
from gradlab.kernels.columns import reach


def pick(code: Code, x: StandIn, z: StandIn, won: StandIn, *sizes: Int) -> None:
    """Write `_pool.pick`."""
    h, w, tall, wide, _, _, sh, sw, ph, pw, dh, dw = sizes
    pairs = ((wide, 2), (sw, 2), (ph, 0), (pw, 0), (dh, 1), (dw, 1), (w % 2, 0))
    two = _all(code, (tall, 1), (sh, 1), *pairs)
    four = _all(code, (tall, 2), (sh, 2), (h % 2, 0), *pairs)
    small, arrays = sizes[4:6], [x.data, z.data, won.data, z.shape[0]]
    with code.b.if_else(four) as (square, other):
        with square:
            code.call("pick_of_four", _pick_of_four, [*arrays, *small])
        with other, code.b.if_else(two) as (side_by_side, any_):
            with side_by_side:
                code.call("pick_of_two", _pick_of_two, [*arrays, *small])
            with any_:
                code.call("pick_any", _pick_any, [*arrays, *sizes])


def _all(code: Code, *pairs: tuple[Int, int]) -> Any:
    """Return whether each number is the one beside it."""
    found = flag(True)
    for number, wanted in pairs:
        found = code.b.and_(found, number.is_("==", wanted))
    return found


def _greater(b: Any, x: Any, y: Any) -> Any:
    """Whether x wins over y, which came first: it is greater, or NaN where y is a number."""
    return b.and_(b.fcmp_unordered(">", x, y), b.fcmp_ordered("ord", y, y))


def _pick_of_four(code: Code, x: Any, z: Any, won: Any, lines: Int, high: Int, broad: Int) -> None:
    """Pick from windows of 2x2 side by side, by far the most common, eight windows at a time."""
    b, width = code.b, broad * 2
    steps = ir.Constant(code.vector, [2.0 * i for i in range(LANES)])
    with code.loop(lines * high) as row, code.loop(broad, 0, LANES) as q:
        above, left = code.at(x, row * width * 2 + q * 2), (broad - q) * 2
        upper, lower = _pairs(code, above, left), _pairs(code, code.at(above, width), left)
        start = row % high * width * 2 + q * 2
        at, under = (b.fadd(code.splat(b.sitofp(n.value, code.real)), steps) for n in (start, start + width))
        one = ir.Constant(code.vector, [1.0] * LANES)
        best, place = _choose(b, *upper, at, b.fadd(at, one))
        second, below = _choose(b, *lower, under, b.fadd(under, one))
        best, place = _choose(b, best, second, place, below)
        code.write(best, code.at(z, row * broad + q), broad - q)
        code.write(place, code.at(won, row * broad + q), broad - q)


def _pick_of_two(code: Code, x: Any, z: Any, won: Any, lines: Int, high: Int, broad: Int) -> None:
    """Pick from two elements side by side, as in signals, eight times at once."""
    b, width = code.b, broad * 2
    steps, one = (ir.Constant(code.vector, numbers) for numbers in ([2.0 * i for i in range(LANES)], [1.0] * LANES))
    with code.loop(lines * high) as row, code.loop(broad, 0, LANES) as q:
        first, second = _pairs(code, code.at(x, row * width + q * 2), (broad - q) * 2)
        start = row % high * width + q * 2
        at = b.fadd(code.splat(b.sitofp(start.value, code.real)), steps)
        best, place = _choose(b, first, second, at, b.fadd(at, one))
        code.write(best, code.at(z, row * broad + q), broad - q)
        code.write(place, code.at(won, row * broad + q), broad - q)


def _pairs(code: Code, address: Any, left: Int) -> tuple[Any, Any]:
    """Read two vectors; return the elements at even places and those at odd ones."""
    first, second = code.read(address, left), code.read(code.at(address, LANES), left - LANES)
    kind = ir.VectorType(ir.IntType(32), LANES)
    even, odd = (ir.Constant(kind, [2 * i + k for i in range(LANES)]) for k in range(2))
    return code.b.shuffle_vector(first, second, even), code.b.shuffle_vector(first, second, odd)


def _choose(b: Any, x: Any, y: Any, place: Any, other: Any) -> tuple[Any, Any]:
    """Return the winner of two, of which x came first, and its place."""
    wins = _greater(b, y, x)
    return b.select(wins, y, x), b.select(wins, other, place)


def _pick_any(code: Code, x: Any, z: Any, won: Any, lines: Int, *sizes: Int) -> None:
    h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw = sizes
    b = code.b
    with code.loop(lines) as n, code.loop(high) as y:
        image, out, above = code.at(x, n * h * w), (n * high + y) * broad, y * sh - ph
        best, places = code.at(z, out), code.at(won, out)
        with code.loop(broad) as q:
            nothing = (above + _taps(0 - above, dh) * dh) * w + q * sw - pw + _taps(pw - q * sw, dw) * dw
            b.store(ir.Constant(code.real, float("-inf")), code.at(best, q))
            b.store(b.sitofp(nothing.value, code.real), code.at(places, q))
        with code.loop(_taps(h - above, dh).at_most(tall), _taps(0 - above, dh)) as i, code.loop(wide) as j:
            low, top = reach(j, w, broad, sw, pw, dw)
            with code.loop(top, low) as q:
                place = (above + i * dh) * w + q * sw + j * dw - pw
                found, old, spot = (b.load(a) for a in (code.at(image, place), code.at(best, q), code.at(places, q)))
                wins = _greater(b, found, old)  # without a branch, which is a toss-up
                b.store(b.select(wins, found, old), code.at(best, q))
                b.store(b.select(wins, b.sitofp(place.value, code.real), spot), code.at(places, q))


def _taps(length: Int, dilation: Int) -> Int:
    """Return how many taps lie within a length, from its beginning on: none where it is below 0."""
    return (length.at_least(0) + dilation - 1) // dilation


def route(code: Code, g: StandIn, z: StandIn, won: StandIn, dx: StandIn) -> None:
    """Write `_pool.route`."""
    (lines, places), size, b = g.shape, dx.shape[1], code.b
    with code.loop(lines) as n, code.loop(places) as p:
        spot = code.whole(b.fptosi(b.load(code.at(won.data, n * places + p)), size.value.type))
        target = code.at(dx.data, n * size + spot)
        winner, sent = (b.load(code.at(array.data, n * places + p)) for array in (z, g))
        sent = b.select(b.fcmp_unordered("uno", winner, winner), winner, sent)
        b.store(b.fadd(b.load(target), sent), target)


def collect(code: Code, g: StandIn, won: StandIn, dy: StandIn) -> None:
    """Write `_pool.collect`."""
    (lines, places), size, b = dy.shape, g.shape[1], code.b
    with code.loop(lines) as n, code.loop(places) as p:
        spot = code.whole(b.fptosi(b.load(code.at(won.data, n * places + p)), size.value.type))
        target = code.at(dy.data, n * places + p)
        b.store(b.fadd(b.load(target), b.load(code.at(g.data, n * size + spot))), target)


def clear(code: Code, z: StandIn) -> None:
    """Write `_pool.clear`."""
    code.zero(z.data, z.shape[0] * z.shape[1])


WORDS: dict[str, Callable[..., None]] = {f.__name__: f for f in (pick, route, collect, clear)}
