"""Convolutions as LLVM code: what `gradlab.ops._conv` says with arrays, without columns.

A block of sums stays in registers until it is done, and every element that is read serves all of them: five times as fast as
a matrix product with columns. Nothing but what a weight really meets is multiplied, since 0 · inf is no zero; only where a
small image is sent through kernels there are zeros around it, and weights that are not finite take loops of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import binding, ir

from gradlab.kernels.code import LANES, Code, Int, StandIn, flag
from gradlab.kernels.columns import ByProducts, Counts, reach
from gradlab.kernels.loops import WORD
from gradlab.kernels.rows import Window

TAIL = 2
"""Vectors of the block at the end of a row: some of their elements may lie behind it."""


def _blocks() -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the blocks that fit into the registers: (sums, vectors of each) for `slide`, sums down and across for `dots`."""
    if binding.get_host_cpu_features().get("avx512f"):
        return ((6, 4), (4, 4), (2, 8), (1, 8)), ((6, 4, 1), (4, 1))
    return ((2, 2), (1, 4)), ((2, 1), (2, 1))


class _Walk:
    """A window on its way: sizes, and where things are in the working memory."""

    def __init__(self, code: Code, counts: Counts, sizes: Sequence[Int], scratch: StandIn) -> None:
        self.code, self.scratch = code, scratch.data
        self.images, self.groups, self.channels, self.kernels = counts
        self.h, self.w, self.tall, self.wide, self.high, self.broad, self.sh, self.sw, *rest = sizes
        self.ph, self.pw, self.dh, self.dw = rest
        self.large, self.small = self.h * self.w, self.high * self.broad
        self.taps, self.count = self.tall * self.wide, self.images * self.groups
        self.memory = Window(self.count, self.channels, self.kernels, sizes)

    def place(self, offset: Any) -> Any:
        return self.code.at(self.scratch, offset)

    def table(self, which: int) -> Any:
        start = self.place(self.memory.table)
        return self.code.at(self.code.b.bitcast(start, WORD.as_pointer()), self.taps * (2 * which))

    def put(self, table: Any, k: Any, taps: Any, weight: Int, source: Int) -> None:
        """List a tap: where its weight is, and where what it reads begins."""
        for place, number in ((k, weight), (k + taps, source)):
            self.code.b.store(number.value, self.code.at(table, place), align=4)

    def along(self) -> tuple[Any, ...]:
        """Return what `_pack` and `_unpack` must know."""
        return (self.h, self.w, self.wide, self.broad, self.sh, self.sw, self.ph, self.pw, self.dw, self.memory.rows)


def look(code: Code, x: StandIn, w: StandIn, bias: StandIn | None, z: StandIn, add: Any, *rest: Any) -> None:
    """Write `_conv.look`. Where z is left out x is packed all the same, since `weigh` reads that."""
    images, groups, channels, _ = x.shape
    walk = _Walk(code, Counts(images, groups, channels, w.shape[1]), rest[:-1], rest[-1])
    memory, table = walk.memory, walk.table(0)
    with code.loop(walk.tall) as i, code.loop(walk.wide) as j:
        first = (i * walk.dh % walk.sh * walk.wide + j) * memory.piece
        k = i * walk.wide + j
        walk.put(table, k, walk.taps, k, first + i * walk.dh // walk.sh * walk.broad)
    with code.loop(walk.count) as m:
        packed, q = walk.place(m * walk.channels * memory.plane), m % walk.groups
        with code.loop(walk.channels) as c:
            image = code.at(x.data, (m * walk.channels + c) * walk.large)
            code.call("pack", _pack, [image, code.at(packed, c * memory.plane), *walk.along()])
        first, reach = q * walk.kernels, walk.channels * walk.taps
        weights, target = code.at(w.data, first * reach), code.at(z.data, m * walk.kernels * walk.small)
        shift = code.at(bias.data, first) if bias else weights
        numbers = (memory.plane, walk.channels, walk.taps, walk.taps, walk.taps, reach, walk.kernels, walk.small, walk.small)
        modes = (code.whole(int(bias is not None)), code.whole(code.b.zext(flag(add), WORD)))
        with code.b.if_then(z.wanted):
            code.call("slide", _slide, [packed, weights, target, shift, table, *numbers, *modes])


def send(code: Code, z: StandIn, w: StandIn, x: StandIn, add: Any, *rest: Any) -> None:
    """Write `_conv.send`."""
    images, groups, kernels, _ = z.shape
    counts = Counts(images, groups, w.shape[2] // (rest[2] * rest[3]), kernels)
    with code.b.if_then(x.wanted):
        products = ByProducts(code, counts, rest[:-1], rest[-1])
        with code.b.if_else(products.chosen) as (chosen, other):
            with chosen:
                products.send(z, w, x, add)
            with other:
                _send(_Walk(code, counts, rest[:-1], rest[-1]), z, w, x, add)


def _send(walk: _Walk, z: StandIn, w: StandIn, x: StandIn, add: Any) -> None:
    code = walk.code
    zero = ir.Constant(code.real, 0.0)
    size = walk.groups * walk.kernels * walk.channels * walk.taps
    spoiled = code.summed(size, lambda j: code.b.fmul(code.b.load(code.at(w.data, j)), zero))
    with code.b.if_then(code.b.not_(flag(add))):
        code.zero(x.data, walk.count * walk.channels * walk.large)
    with code.b.if_else(code.b.fcmp_ordered("==", spoiled, zero)) as (finite, other):
        with finite:
            _send_in_blocks(walk, z, w, x)
        with other:
            _send_one_by_one(walk, z, w, x)


def _send_in_blocks(walk: _Walk, z: StandIn, w: StandIn, x: StandIn) -> None:
    """Weigh the small image at all places of a packed large one, and add that to the large one."""
    code, memory, table = walk.code, walk.memory, walk.table(1)
    spread, sums = walk.place(memory.spread), walk.place(memory.sums)
    code.zero(spread, walk.kernels * memory.strip)
    with code.loop(walk.count) as m:
        with code.loop(walk.kernels) as o:
            source, target = code.at(z.data, (m * walk.kernels + o) * walk.small), o * memory.strip + memory.lead
            with code.loop(walk.small) as p:
                code.b.store(code.b.load(code.at(source, p)), code.at(spread, target + p))
        weights = code.at(w.data, m % walk.groups * walk.kernels * walk.channels * walk.taps)
        image = code.at(x.data, m * walk.channels * walk.large)
        with code.loop(walk.sh) as phase:
            count = _list_rows(walk, table, phase)
            with code.b.if_then(count.is_(">", 0)):
                begin = code.at(sums, phase * walk.wide * memory.piece)
                _weigh_packed(walk, spread, weights, begin, table, count)
                code.call("unpack", _unpack, [begin, image, memory.plane, walk.channels, phase, *walk.along()])


def _list_rows(walk: _Walk, table: Any, phase: Int) -> Int:
    """List the rows of the kernel that write into a phase; return how many."""
    code = walk.code
    with code.b.goto_entry_block():
        slot = code.b.alloca(WORD)
    code.b.store(code.whole(0).value, slot)
    with code.loop(walk.tall) as i, code.b.if_then((i * walk.dh % walk.sh).is_("==", phase)):
        count = code.whole(code.b.load(slot))
        walk.put(table, count, walk.tall, i * walk.wide, walk.memory.lead - i * walk.dh // walk.sh * walk.broad)
        code.b.store((count + 1).value, slot)
    return code.whole(code.b.load(slot))


def _weigh_packed(walk: _Walk, spread: Any, weights: Any, sums: Any, table: Any, count: Int) -> None:
    """Sum for all channels and all columns of the kernel: the more numerous in one go, the others one after the other."""
    code, memory = walk.code, walk.memory
    several = walk.channels.is_(">=", walk.wide)
    turns, targets = walk.wide.if_(several, walk.channels), walk.channels.if_(several, walk.wide)
    turn, step = memory.piece.if_(several, memory.plane), memory.plane.if_(several, memory.piece)
    first, wt = code.whole(1).if_(several, walk.taps), walk.taps.if_(several, 1)
    none = code.whole(0)
    with code.loop(turns) as turned:
        source = code.at(weights, turned * first)
        numbers = (memory.strip, walk.kernels, count, walk.tall, walk.channels * walk.taps, wt, targets, step, memory.piece)
        none = code.whole(0)
        code.call("slide", _slide, [spread, source, code.at(sums, turned * turn), source, table, *numbers, none, none])


def _slide(code: Code, x: Any, w: Any, z: Any, bias: Any, table: Any, *numbers: Int) -> None:
    """Write z[t·step + p] = bias[t] + Σ w[t·wt + c·wc + table[k]] · x[c·plane + table[beyond + k] + p], t < targets, p < width.

    biased, added: whether there is a bias, and whether it is added to what stands in z.
    """
    targets, step, width, biased, added = numbers[6:]
    b, known = code.b, dict(_blocks()[0])
    adds, shifts = added.is_("!=", 0), biased.is_("!=", 0)
    no_bias = ir.Constant(code.real, -0.0)

    def block(t: Int, p: Int, sums: int, vectors: int, left: Int | None) -> None:
        slots = _accumulate(code, (x, w, table), numbers, t, p, sums, vectors)
        for i in range(sums):
            shift = code.splat(b.select(shifts, b.load(code.at(bias, (t + i) * biased)), no_bias))
            for v in range(vectors):
                target, rest = code.at(z, (t + i) * step + p + v * LANES), None if left is None else left - v * LANES
                before = b.select(adds, code.read(target, rest), shift)
                code.write(b.fadd(b.load(slots[i * vectors + v]), before), target, rest)

    def rows(t: Int, sums: int) -> None:
        size = known[sums] * LANES
        with code.loop(width // size) as p:
            block(t, p * size, sums, known[sums], None)
        with code.loop(width, width // size * size, TAIL * LANES) as p:
            block(t, p, sums, TAIL, width - p)

    _in_blocks(code, targets, tuple(known), rows)


def _accumulate(code: Code, arrays: tuple[Any, ...], numbers: Sequence[Int], t: Int, p: Int, sums: int,
                vectors: int) -> list[Any]:  # fmt: skip
    """Return the slots of a block of sums: some targets, some vectors of places."""
    (x, w, table), (plane, channels, taps, beyond, wc, wt) = arrays, numbers[:6]
    slots, b = code.slots(sums * vectors), code.b
    with code.loop(channels) as c, code.loop(taps) as k:
        which, where = (code.whole(_load(code, table, place)) for place in (k, k + beyond))
        source, weight = code.at(x, c * plane + where + p), code.at(w, t * wt + c * wc + which)
        lines = [code.read(code.at(source, v * LANES)) for v in range(vectors)]
        for i in range(sums):
            factor = code.splat(b.load(code.at(weight, wt * i)))
            for v in range(vectors):
                code.multiply_add(factor, lines[v], slots[i * vectors + v])
    return slots


def _load(code: Code, table: Any, place: Int) -> Any:
    found = code.b.load(code.at(table, place))
    found.align = 4
    return found


def _in_blocks(code: Code, count: Int, sizes: Sequence[int], body: Callable[[Int, int], None]) -> None:
    """Write body(first, size) for blocks of falling sizes; the last size is 1."""
    start = code.whole(0)
    for size in sizes:
        blocks = (count - start) // size
        with code.loop(blocks) as i:
            body(start + i * size, size)
        start = start + blocks * size


def weigh(code: Code, x: StandIn, z: StandIn, w: StandIn, add: Any, *rest: Any) -> None:
    """Write `_conv.weigh`."""
    images, groups, channels, _ = x.shape
    counts = Counts(images, groups, channels, z.shape[2])
    with code.b.if_then(w.wanted):
        products = ByProducts(code, counts, rest[:-1], rest[-1])
        with code.b.if_else(products.chosen) as (chosen, other):
            with chosen:
                products.weigh(x, z, w, add)
            with other:
                _weigh(_Walk(code, counts, rest[:-1], rest[-1]), x, z, w, add)


def _weigh(walk: _Walk, x: StandIn, z: StandIn, w: StandIn, add: Any) -> None:
    """Meet x, which `look` has packed, with z."""
    code = walk.code
    memory, table = walk.memory, walk.table(0)
    with code.b.if_then(code.b.not_(flag(add))):
        code.zero(w.data, walk.groups * walk.kernels * walk.channels * walk.taps)
    with code.loop(walk.groups) as q:
        packed, g = walk.place(q * walk.channels * memory.plane), code.at(z.data, q * walk.kernels * walk.small)
        weights, kept = code.at(w.data, q * walk.kernels * walk.channels * walk.taps), walk.place(memory.kept)
        apart = (walk.groups * walk.channels * memory.plane, walk.groups * walk.kernels * walk.small)
        numbers = (*apart, memory.plane, walk.channels, walk.taps, walk.kernels, walk.small, walk.images)
        code.call("dots", _dots, [packed, g, weights, table, kept, *numbers])


CHUNK = 256
"""Elements of a channel, of one image or several, that all sums of a block run through in turn: so much stays in the cache."""


def _dots(code: Code, x: Any, g: Any, w: Any, table: Any, kept: Any, *numbers: Int) -> None:
    """Add to each weight (t, c, k) the sum of g[n·gn + t·width + p] · x[n·xn + c·plane + table[taps + k] + p] over n and p."""
    xn, gn, plane, channels, taps, targets, width, images = numbers
    (down, across), b = _blocks()[1], code.b
    several = (code.whole(CHUNK) // width.at_least(1)).at_least(1)

    def block(t: Int, c: Int, sums: int, n: Int, p: Int, k: Int, columns: int) -> None:
        places = [code.at(kept, ((k + j) * sums + i) * LANES) for i, j in itertools.product(range(sums), range(columns))]
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
            code.zero(kept, taps * (sums * LANES))
            with code.loop((images + several - 1) // several) as chunk, code.loop(width, 0, CHUNK) as p:
                _in_blocks(code, taps, across, lambda k, columns: block(t, c, sums, chunk * several, p, k, columns))
            with code.loop(taps) as k, code.loop(sums) as i:
                place, sent = code.at(w, ((t + i) * channels + c) * taps + k), code.at(kept, (k * sums + i) * LANES)
                b.store(b.fadd(b.load(place), code.total(code.read(sent))), place)

    _in_blocks(code, targets, down, row)


def _meet(code: Code, lines: Sequence[Any], others: Sequence[Any], p: Int, end: Int, slots: Sequence[Any]) -> None:
    """Add the products of all lines with all others, from place p to the end, to vectors of sums."""

    def step(at: Int, left: Int | None) -> None:
        vectors = [code.read(code.at(line, at), left) for line in lines]
        for i, other in enumerate(others):
            upstream = code.read(code.at(other, at), left)
            for j, vector in enumerate(vectors):
                code.multiply_add(upstream, vector, slots[i * len(lines) + j])

    whole = p + (end - p) // LANES * LANES
    with code.loop(whole, p, LANES) as at:
        step(at, None)
    with code.loop(end, whole, LANES) as at:  # a mask takes a port from the products: only where there is a rest
        step(at, end - at)


def _pack(code: Code, image: Any, to: Any, *sizes: Int) -> None:
    """Write what every column of the kernel reads, padding as zeros. Rows go upwards: a vector may reach into the next one."""
    wide, broad, sw, rows = sizes[2], sizes[3], sizes[5], sizes[9]

    def row(inside: Any, source: Any, piece: Int, low: Int, top: Int) -> None:
        target = code.at(to, piece * broad)
        with code.b.if_else(inside) as (within, beyond):
            with within:
                code.zero(target, low)
                with code.b.if_else(sw.is_("==", 1)) as (side_by_side, apart):
                    with side_by_side, code.loop(top, low, LANES) as p:
                        code.write(code.read(code.at(source, p)), code.at(target, p))
                    with apart, code.loop(top, low) as p:
                        code.b.store(code.b.load(code.at(source, p * sw)), code.at(target, p))
                code.zero(code.at(target, top), broad - top)
            with beyond:
                code.zero(target, broad)

    with code.loop(sizes[4]) as phase, code.loop(wide) as j, code.loop(rows) as r:
        row(*_row(code, image, phase, j, r, sizes))


def _row(code: Code, image: Any, phase: Int, j: Int, r: Int, sizes: Sequence[Int]) -> tuple[Any, ...]:
    """Return of a packed row whether it is in the image, where place 0 of it is there, its number, and which places read it."""
    h, w, wide, broad, sh, sw, ph, pw, dw, rows = sizes
    y = r * sh + phase - ph
    inside = code.b.and_(y.is_(">=", 0), y.is_("<", h))
    low, top = reach(j, w, broad, sw, pw, dw)
    return inside, code.at(image, y * w + j * dw - pw), (phase * wide + j) * rows + r, low, top


def _unpack(code: Code, sums: Any, images: Any, plane: Int, channels: Int, phase: Int, *sizes: Int) -> None:
    """Add the sums of a phase to where `_pack` would read them."""
    b, (h, w, wide, broad, _, sw, *_, rows) = code.b, sizes
    with code.loop(channels) as c, code.loop(wide) as j, code.loop(rows) as r:
        inside, target, _, low, top = _row(code, code.at(images, c * h * w), phase, j, r, sizes)
        source = code.at(sums, c * plane + (j * rows + r) * broad)
        with b.if_then(inside), b.if_else(sw.is_("==", 1)) as (side_by_side, apart):
            with side_by_side, code.loop(top, low, LANES) as p:
                place = code.at(target, p)
                code.write(b.fadd(code.read(place, top - p), code.read(code.at(source, p), top - p)), place, top - p)
            with apart, code.loop(top, low) as p:
                place = code.at(target, p * sw)
                b.store(b.fadd(b.load(place), b.load(code.at(source, p))), place)


def _send_one_by_one(walk: _Walk, z: StandIn, w: StandIn, x: StandIn) -> None:
    """Add to x what every element of z sends through every weight: slow, but no weight meets a zero that is not there."""
    code, b = walk.code, walk.code.b
    with code.loop(walk.count) as m, code.loop(walk.kernels) as o, code.loop(walk.channels) as c:
        weights = code.at(w.data, ((m % walk.groups * walk.kernels + o) * walk.channels + c) * walk.taps)
        image, source = code.at(x.data, (m * walk.channels + c) * walk.large), (m * walk.kernels + o) * walk.small
        with code.loop(walk.tall) as i, code.loop(walk.wide) as j, code.loop(walk.high) as y:
            row, (low, top) = y * walk.sh + i * walk.dh - walk.ph, reach(j, walk.w, walk.broad, walk.sw, walk.pw, walk.dw)
            with b.if_then(b.and_(row.is_(">=", 0), row.is_("<", walk.h))), code.loop(top, low) as p:
                place = code.at(image, row * walk.w + p * walk.sw + j * walk.dw - walk.pw)
                weight = b.load(code.at(weights, i * walk.wide + j))
                sent = b.fmul(weight, b.load(code.at(z.data, source + y * walk.broad + p)))
                b.store(b.fadd(b.load(place), sent), place)


def put_bias(code: Code, bias: StandIn, z: StandIn) -> None:
    """Write `_conv.put_bias`."""
    images, groups, channels, places = z.shape
    with code.loop(images * groups * channels) as line:
        value = code.b.load(code.at(bias.data, line % (groups * channels)))
        with code.loop(places) as p:
            code.b.store(value, code.at(z.data, line * places + p))


def sum_bias(code: Code, g: StandIn, db: StandIn, add: Any) -> None:
    """Write `_conv.sum_bias`."""
    images, groups, channels, places = g.shape
    b, lines = code.b, groups * channels
    with code.b.if_then(db.wanted), code.loop(lines) as j:
        place = code.at(db.data, j)
        b.store(b.select(flag(add), b.load(place), ir.Constant(code.real, 0.0)), place)
        with code.loop(images) as n:
            start = code.at(g.data, (n * lines + j) * places)
            found = code.summed(places, lambda p, start=start: b.load(code.at(start, p)))  # type: ignore[misc]
            b.store(b.fadd(b.load(place), found), place)


WORDS: dict[str, Callable[..., None]] = {f.__name__: f for f in (look, send, weigh, put_bias, sum_bias)}
