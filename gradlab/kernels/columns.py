"""What convolutions of small images send, as products of matrices, in LLVM code: one for each group, over all samples.

Where a small image has few places, a block of sums in registers is read and written as often as it is added to. Here every
weight of a channel has a line of what it reads at all places of all samples, as `gradlab.kernels.rows.Columns` lays them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from llvmlite import ir

from gradlab.kernels.code import LANES, Code, Int, StandIn, flag
from gradlab.kernels.product import blas_product
from gradlab.kernels.rows import Columns, Window


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
        self.large, self.small = sizes[0] * sizes[1], sizes[4] * sizes[5]
        self.memory = Columns(self.samples, self.channels, self.kernels, sizes)
        before = Window(self.samples * self.groups, self.channels, self.kernels, sizes).size
        self.columns = code.at(scratch.data, before)
        self.beside = code.at(self.columns, self.memory.small)
        self.chosen = scratch.shape[0].is_(">", before)
        """Whether there is memory for products: that is how a kernel is told."""

    def send(self, z: StandIn, w: StandIn, x: StandIn, add: Any) -> None:
        """Write into the large images the kernels at every place of the small ones, weighed by it, or add that."""
        code, memory = self.code, self.memory
        with code.b.if_then(code.b.not_(flag(add))):
            code.zero(x.data, self.samples * self.groups * self.channels * self.large)
        with code.loop(self.groups) as q:
            self._gather(z, q)
            self._product("tn", (memory.lines, self.kernels, memory.width), (self._weights(w, q), self.beside, self.columns))
            self._fold(x, q)

    def weigh(self, x: StandIn, z: StandIn, w: StandIn, add: Any) -> None:
        """Write for every weight the sum over all places of what it reads times what stands there, or add it."""
        code, memory = self.code, self.memory
        with code.loop(self.groups) as q:
            self._unfold(x, q)
            self._gather(z, q)
            sizes = self.kernels, memory.width, memory.lines
            self._product("nt", sizes, (self.beside, self.columns, self._weights(w, q)), flag(add))

    def _weights(self, w: StandIn, q: Int) -> Any:
        return self.code.at(w.data, q * self.kernels * self.memory.lines)

    def _product(self, letters: str, sizes: Sequence[Int], places: Sequence[Any], add: Any = False) -> None:
        kinds = [ir.Constant(ir.IntType(8), ord(letter)) for letter in letters]
        blas_product(self.code.b, self.code.real, [*kinds, *(size.value for size in sizes), *places, flag(add)])

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
