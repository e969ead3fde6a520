"""How a row of the tape is laid out: the agreement between the one who writes rows and the kernels that read them.

A row is a run of int64. Its head is the same for all kinds. Behind it an elementwise op has offsets and mode of each input,
and, only with `BROADCAST`, its loop sizes and the strides of each input; an array op has offsets and mode of each input, the
sizes of all views, and its further integers; an op of any number of inputs has the sizes of its output, its further integers,
and a group for each input.
Offsets and strides count elements. Float attributes lie in a table of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

VALUE, GRAD, SCRATCH, ATTRS, COUNT, FORM = range(6)
HEAD = 6
"""value, grad, scratch: offsets. attrs: where the float attributes begin. count: elements (elementwise) or inputs (any number).
form: of an elementwise op the layout of its operands: `SINGLE`, or a bit for each input that has an element of its own at each
step of the innermost loop, plus `BROADCAST` where there are several loops. Of other ops the size of the scratch."""
LOOPS = 6
"""Nested loops of a broadcasting kernel, after axes that behave alike are merged: as many as a tensor may have axes."""
BROADCAST = 1 << 16
"""Added where more than one loop is needed: where an input is neither as large as the output nor a single number."""
SINGLE = 0
"""All operands are single numbers: no loop."""
OPERAND = 3
"""Integers of an input of an elementwise row: value, grad, mode."""
SKIP, ASSIGN, ADD = 0, 1, 2
"""What a backward op does to the gradient of an input: nothing, be the first to write it, or add to it."""


def operand(position: int) -> int:
    """Return where the group of an input begins in an elementwise row."""
    return HEAD + position * OPERAND


def loop_sizes(inputs: int) -> int:
    """Return where the loop sizes begin in an elementwise row that broadcasts."""
    return HEAD + inputs * OPERAND


def strides(inputs: int, position: int) -> int:
    """Return where the strides of an input begin in an elementwise row that broadcasts."""
    return loop_sizes(inputs) + LOOPS * (1 + position)


class Window:
    """The working memory of a convolution, in elements; the numbers may be those that a kernel has when it runs.

    A large image is packed: for every column of the kernel what it reads, in rows as long as those of the small image, one
    phase of the stride down after the other. Then what a weight reads at all places lies in one piece.
    images, channels, kernels: how many, those of the large and of the small image. sizes: the numbers of the window.
    rows: of a packed image. piece: elements of one column of the kernel. plane: of a channel. lead: zeros before and behind
    a small image. strip: of a channel of the small image with them. kept, table, sums, spread: where these begin.
    """

    SLACK = 32
    """Elements behind a piece that vectors may reach: two of the longest."""
    KEPT = 96
    """Elements for the sums of every weight of a block: six vectors."""

    def __init__(self, images: Any, channels: Any, kernels: Any, sizes: Sequence[Any]) -> None:
        _, _, tall, wide, high, broad, sh, _, _, _, dh, _ = sizes
        beyond = (tall - 1) * dh // sh
        self.rows, self.lead = high + beyond, beyond * broad
        self.piece = self.rows * broad
        self.plane = self.piece * wide * sh
        self.strip = self.piece + self.lead
        self.kept = (images * channels * self.plane + self.SLACK + 7) // 8 * 8
        self.table = self.kept + tall * wide * self.KEPT
        self.sums = self.table + tall * wide * 8
        self.spread = self.sums + channels * self.plane + self.SLACK
        self.size = self.spread + kernels * self.strip + self.SLACK


class Columns:
    """The working memory, behind that of `Window`, of what small images send by matrix products, in elements.

    What every weight reads lies in a line, at all places of one sample, then of the next; behind these lines, which have room
    to be turned, the small images lie in the same order. One group after the other.
    samples, channels, kernels: how many. sizes: the numbers of the window.
    """

    PLACES = 64
    """Of a small image, up to which products are faster on the way back: a block of sums in registers has few terms there."""
    CHANNELS = 16
    """Channels and kernels from which on they are."""

    def __init__(self, samples: Any, channels: Any, kernels: Any, sizes: Sequence[Any]) -> None:
        _, _, tall, wide, high, broad, *_ = sizes
        self.width = samples * high * broad
        self.lines = channels * tall * wide
        self.small = self.lines * self.width
        self.turned = self.small + Window.SLACK
        self.beside = 2 * self.turned
        self.size = self.beside + kernels * self.width + Window.SLACK
