"""What convolutions of small images send, as products of matrices, in LLVM code: one for each group, over all samples.

Where a small image has few places, a block of sums in registers is read and written as often as it is added to. Here every
weight of a channel has a line of what it reads at all places of all samples, as `gradlab.kernels.rows.Columns` lays them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from llvmlite import ir

from gradlab.kernels.blocks import PANEL, slide
from gradlab.kernels.code import LANES, Code, Int, StandIn, flag
from gradlab.kernels.loops import WORD
from gradlab.kernels.rows import Columns, Window
from gradlab.kernels.walk import turn


def reach(j: Int, w: Int, broad: Int, sw: Int, pw: Int, dw: Int) -> tuple[Int, Int]:
    """Return the first place where a column of the kernel reads no padding, and the place behind the last."""
    low = ((pw - j * dw + sw - 1) // sw).at_least(0).at_most(broad)
    return low, ((w - 1 + pw - j * dw + sw) // sw).at_most(broad).at_least(low)


class Counts(NamedTuple):
    """How many there are of each: of large and of small images a group has `channels` and `kernels`.

    They are those of arrays that a kernel reads. What it is to write may be left out, and has no sizes then.
    """

    images: Int
    groups: Int
    channels: Int
    kernels: Int


class ByProducts:
    """A convolution by products: sizes, and where things are in the working memory."""

    def __init__(self, code: Code, counts: Counts, sizes: Sequence[Int], scratch: StandIn) -> None:
        self.code, self.sizes = code, sizes
        self.samples, self.groups, self.channels, self.kernels = counts
        self.large, self.small, self.taps = sizes[0] * sizes[1], sizes[4] * sizes[5], sizes[2] * sizes[3]
        self.memory = Columns(self.samples, self.channels, self.kernels, sizes)
        window = Window(self.samples * self.groups, self.channels, self.kernels, sizes)
        self.columns = code.at(scratch.data, window.size)
        self.turned = code.at(self.columns, self.memory.turned)
        self.beside = code.at(self.columns, self.memory.beside)
        self.table = code.at(scratch.data, window.table)
        self.chosen = scratch.shape[0].is_(">", window.size)
        """Whether there is memory for products: that is how a kernel is told."""
        self.tiny = code.b.and_(self.chosen, self.small.is_("<=", code.full.count))
        """Whether a small image fills no more than a vector: then products are faster on the way forward, too."""

    def look(self, x: StandIn, w: StandIn, bias: StandIn | None, z: StandIn, add: Any) -> None:
        """Write what the kernels see, and a bias, or add it to what is there."""
        code, memory = self.code, self.memory
        adds = code.b.or_(flag(add), flag(bias is not None))
        table = self._listed(self.taps, memory.width)
        with code.loop(self.groups) as q:
            self._unfold(x, q)
            with code.loop(memory.width, 0, self._panel) as p:
                numbers = (self.taps * memory.width, self.channels, self.taps, self.taps, self.taps, memory.lines, self.kernels)
                self._slide(self.columns, self._weights(w, q), self.beside, table, (p, memory.width), numbers)
            start, apart = code.at(z.data, q * self.kernels * self.small), self.groups * self.kernels * self.small
            mode = code.whole(code.b.zext(adds, WORD))
            code.call("scatter", _scatter, [self.beside, start, self.kernels, self.samples, self.small, apart, mode])

    def send(self, z: StandIn, w: StandIn, x: StandIn, add: Any) -> None:
        """Write into the large images the kernels at every place of the small ones, weighed by it, or add that."""
        code, memory = self.code, self.memory
        with code.b.if_then(code.b.not_(flag(add))):
            code.zero(x.data, self.samples * self.groups * self.channels * self.large)
        one = code.whole(1)
        table = self._listed(one, one)
        with code.loop(self.groups) as q:
            self._gather(z, q)
            with code.loop(memory.width, 0, self._panel) as p:
                numbers = (memory.width, self.kernels, one, one, memory.lines, one, memory.lines)
                self._slide(self.beside, self._weights(w, q), self.columns, table, (p, memory.width), numbers)
            self._fold(x, q)

    def weigh(self, x: StandIn, z: StandIn, w: StandIn, add: Any) -> None:
        """Write for every weight the sum over all places of what it reads times what stands there, or add it."""
        code, memory, one = self.code, self.memory, self.code.whole(1)
        table = self._listed(one, one)
        with code.loop(self.groups) as q:
            self._unfold(x, q)
            code.call("turn", _turn, [self.columns, self.turned, memory.lines, memory.width])
            self._gather(z, q)
            with code.loop(memory.lines, 0, self._panel) as p:
                numbers = (memory.lines, memory.width, one, one, one, memory.width, self.kernels)
                self._slide(self.turned, self.beside, self._weights(w, q), table, (p, memory.lines), numbers, add)

    @property
    def _panel(self) -> int:
        """Places that are summed at a time, so that what is read of them stays in the cache: as many as a block has."""
        return PANEL * self.code.full.count

    def _slide(self, lines: Any, w: Any, to: Any, table: Any, where: tuple[Int, Int], numbers: Sequence[Int],
               add: Any = False) -> None:  # fmt: skip
        """Weigh lines from a place on, up to the end of a panel. where: the place, and the length of all lines."""
        code, (p, width) = self.code, where
        some = [width, (width - p).at_most(self._panel), code.whole(0), code.whole(code.b.zext(flag(add), WORD))]
        code.full.call("slide", slide, [code.at(lines, p), w, code.at(to, p), w, table, *numbers, *some])

    def _listed(self, taps: Int, apart: Int) -> Any:
        """List for each tap its weight and where its line is."""
        code = self.code
        table = code.b.bitcast(self.table, WORD.as_pointer())
        with code.loop(taps) as k:
            for place, number in ((k, k), (k + taps, k * apart)):
                code.b.store(number.value, code.at(table, place), align=4)
        return table

    def _weights(self, w: StandIn, q: Int) -> Any:
        return self.code.at(w.data, q * self.kernels * self.memory.lines)

    def _gather(self, z: StandIn, q: Int) -> None:
        start = self.code.at(z.data, q * self.kernels * self.small)
        numbers = [self.kernels, self.samples, self.small, self.groups * self.kernels * self.small]
        self.code.call("gather", _gather, [start, self.beside, *numbers])

    def _unfold(self, x: StandIn, q: Int) -> None:
        image = self.code.at(x.data, q * self.channels * self.large)
        self.code.call("unfold", unfold, [image, self.columns, *self._numbers()])

    def _fold(self, x: StandIn, q: Int) -> None:
        image = self.code.at(x.data, q * self.channels * self.large)
        self.code.call("fold", fold, [self.columns, image, *self._numbers()])

    def _numbers(self) -> list[Int]:
        flat = [self.code.whole(n) for n in (1, 1, 1, 1, 0, 1)]  # an image is a volume of one slice
        return [self.channels, self.samples, self.groups * self.channels * self.large, *flat, *self.sizes]


def _scatter(code: Code, beside: Any, images: Any, kernels: Int, samples: Int, small: Int, apart: Int, adds: Int) -> None:
    """Write the small images that lie side by side to where each sample has its own, or add them there."""
    b = code.b
    with code.loop(samples) as n, code.loop(kernels) as t:
        source, target = code.at(beside, (t * samples + n) * small), code.at(images, n * apart + t * small)
        with b.if_else(adds.is_("!=", 0)) as (more, fresh):
            with more, code.loop(small) as p:
                b.store(b.fadd(b.load(code.at(target, p)), b.load(code.at(source, p))), code.at(target, p))
            with fresh, code.loop(small) as p:
                b.store(b.load(code.at(source, p)), code.at(target, p))


def _turn(code: Code, lines: Any, turned: Any, count: Int, width: Int) -> None:
    """Write lines as columns."""
    turn(code, lines, turned, width, count)


def _gather(code: Code, images: Any, beside: Any, kernels: Int, samples: Int, small: Int, apart: Int) -> None:
    """Write the small images of all samples side by side, a line for each kernel."""
    with code.loop(kernels) as t, code.loop(samples) as n:
        source, target = code.at(images, n * apart + t * small), code.at(beside, (t * samples + n) * small)
        with code.loop(small, 0, LANES) as p:  # the last vector reaches into the next line, which is written later
            code.write(code.read(code.at(source, p), small - p), code.at(target, p))


@contextmanager
def _rows(code: Code, images: Any, columns: Any, numbers: Sequence[Int]) -> Iterator[tuple[Any, Any, Any, Int, Int]]:
    """Go through the rows of all columns: whether a row is in the volume, where its place 0 is there, itself, and its reach.

    numbers: channels, samples, how far these are apart; of the depth the sizes of volume, kernel and small volume, stride,
    padding and dilation; then the numbers of the window.
    """
    channels, samples, apart, d, deep, slices, sd, pd, dd, h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw = numbers
    with code.loop(channels) as c, code.loop(deep) as a, code.loop(tall) as i, code.loop(wide) as j:
        low, top = reach(j, w, broad, sw, pw, dw)
        line = (((c * deep + a) * tall + i) * wide + j) * samples
        with code.loop(samples) as n, code.loop(slices) as o, code.loop(high) as y:
            depth, row = o * sd + a * dd - pd, y * sh + i * dh - ph
            inside = code.b.and_(_within(code, depth, d), _within(code, row, h))
            start = n * apart + ((c * d + depth) * h + row) * w + j * dw - pw
            yield inside, code.at(images, start), code.at(columns, (((line + n) * slices + o) * high + y) * broad), low, top


def _within(code: Code, place: Int, size: Int) -> Any:
    return code.b.and_(place.is_(">=", 0), place.is_("<", size))


def unfold(code: Code, images: Any, columns: Any, *numbers: Int) -> None:
    """Write what every weight reads at every place, padding as zeros. Rows go upwards: a vector may reach into the next one."""
    b, broad, sw = code.b, numbers[14], numbers[16]
    with _rows(code, images, columns, numbers) as (inside, source, target, low, top):
        none = code.whole(0)
        first, last = (Int(b, b.select(inside, end.value, none.value)) for end in (low, top))
        with b.if_else(sw.is_("==", 1)) as (side_by_side, apart):
            with side_by_side, code.loop(broad, 0, LANES) as p:
                code.write(code.read_between(code.at(source, p), first - p, last - p), code.at(target, p))
            with apart, code.loop(broad) as p:
                found = b.and_(p.is_(">=", first), p.is_("<", last))
                b.store(ir.Constant(code.real, 0.0), code.at(target, p))
                with b.if_then(found):
                    b.store(b.load(code.at(source, p * sw)), code.at(target, p))


def fold(code: Code, columns: Any, images: Any, *numbers: Int) -> None:
    """Add every column to where it is read."""
    b, side_by_side = code.b, numbers[16].is_("==", 1)
    with _rows(code, images, columns, numbers) as (inside, target, source, low, top):
        with b.if_then(b.and_(inside, side_by_side)), code.loop(top, low, LANES) as p:
            place, left = code.at(target, p), top - p
            code.write(b.fadd(code.read(place, left), code.read(code.at(source, p), left)), place, left)
        with b.if_then(b.and_(inside, b.not_(side_by_side))), code.loop(top, low) as p:
            place = code.at(target, p * numbers[16])
            b.store(b.fadd(b.load(place), b.load(code.at(source, p))), place)
