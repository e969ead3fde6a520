"""Convolutions of volumes as products of matrices, in LLVM code: what `gradlab.ops._volume` says with arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from gradlab.kernels.code import Code, Int, StandIn, flag
from gradlab.kernels.columns import fold, unfold
from gradlab.kernels.product import blas_product


class _Volumes:
    """A convolution of volumes: sizes, and the columns in the working memory.

    numbers: stride, padding and dilation along three axes, and how many slices of z are unfolded at a time.
    """

    def __init__(self, code: Code, x: StandIn, w: StandIn, z: StandIn, numbers: Sequence[Int], scratch: StandIn) -> None:
        self.code, self.columns, self.steps = code, scratch.data, numbers
        (self.samples, self.groups, self.channels, *self.large), self.small = x.shape, z.shape[3:]
        self.kernels, self.taps = w.shape[1], w.shape[3:]
        self.volume = self.large[0] * self.large[1] * self.large[2]
        self.slice = self.small[1] * self.small[2]
        self.places = self.small[0] * self.slice
        self.lines = self.channels * self.taps[0] * self.taps[1] * self.taps[2]

    @contextmanager
    def pieces(self, x: StandIn, z: StandIn, w: StandIn) -> Iterator[tuple[Any, Any, Any, list[Int], Int]]:
        """Go through volumes, groups and pieces: where x, z and w begin, the numbers of `unfold`, the places of a piece."""
        code, (sd, sh, sw, pd, ph, pw, dd, dh, dw, many) = self.code, self.steps
        with code.loop(self.samples) as n, code.loop(self.groups) as q:
            volume, weights = n * self.groups + q, code.at(w.data, q * self.kernels * self.lines)
            large = code.at(x.data, volume * self.channels * self.volume)
            with code.loop((self.small[0] + many - 1) // many) as piece:
                first = piece * many
                slices = many.at_most(self.small[0] - first)
                down = (self.large[0], self.taps[0], slices, sd, pd - first * sd, dd)
                across = (*self.large[1:], *self.taps[1:], *self.small[1:], sh, sw, ph, pw, dh, dw)
                small = code.at(z.data, volume * self.kernels * self.places + first * self.slice)
                yield large, small, weights, [self.channels, code.whole(1), code.whole(0), *down, *across], slices * self.slice

    def multiply(
        self, letters: str, sizes: Sequence[Int], places: Sequence[Any], apart: Sequence[Int | None], add: Any
    ) -> None:
        plain = [letter == "n" for letter in letters]
        rows = [None if step is None else step.value for step in apart]
        blas_product(self.code.b, self.code.real, [*plain, *(n.value for n in sizes), *places, add], rows)


def look_volumes(code: Code, x: StandIn, w: StandIn, bias: StandIn | None, z: StandIn, *rest: Any) -> None:
    """Write `_volume.look_volumes`."""
    whole = _Volumes(code, x, w, z, rest[:-1], rest[-1])
    with code.loop(whole.samples) as n, code.loop(whole.groups * whole.kernels) as m:
        shift = ir.Constant(code.real, 0.0) if bias is None else code.b.load(code.at(bias.data, m))
        with code.loop(whole.places) as p:
            code.b.store(shift, code.at(z.data, (n * whole.groups * whole.kernels + m) * whole.places + p))
    with code.b.if_then(whole.lines.is_(">", 0)), whole.pieces(x, z, w) as (large, small, weights, numbers, width):
        code.call("unfold", unfold, [large, whole.columns, *numbers])
        sizes, places = (whole.kernels, whole.lines, width), (weights, whole.columns, small)
        whole.multiply("nn", sizes, places, (None, None, whole.places), flag(True))


def send_volumes(code: Code, *arguments: Any) -> None:
    """Write `_volume.send_volumes`."""
    g, x, w, dx, dw, add_x, add_w, *numbers, scratch = arguments
    whole = _Volumes(code, x, w, g, numbers, scratch)
    for sent, add in ((dx, add_x), (dw, add_w)):
        with code.b.if_then(code.b.not_(flag(add))):
            size = code.whole(1)
            for n in sent.shape:
                size = size * n
            code.zero(sent.data, size)
    some = code.b.and_(whole.lines.is_(">", 0), whole.kernels.is_(">", 0))
    with code.b.if_then(code.b.and_(some, dx.wanted)), whole.pieces(dx, g, w) as (large, small, weights, numbers_, width):
        sizes, places = (whole.lines, whole.kernels, width), (weights, small, whole.columns)
        whole.multiply("tn", sizes, places, (None, whole.places, None), flag(False))
        code.call("fold", fold, [whole.columns, large, *numbers_])
    with code.b.if_then(code.b.and_(some, dw.wanted)), whole.pieces(x, g, dw) as (large, small, weights, numbers_, width):
        code.call("unfold", unfold, [large, whole.columns, *numbers_])
        sizes, places = (whole.kernels, width, whole.lines), (small, whole.columns, weights)
        whole.multiply("nt", sizes, places, (whole.places, None, None), flag(True))


WORDS: dict[str, Callable[..., None]] = {f.__name__: f for f in (look_volumes, send_volumes)}
