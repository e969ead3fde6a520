"""What goes into a layout, what comes out, and the layered graph that the steps share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
BOX_GAP = 2
LINE_GAP = 1


@dataclass(frozen=True, slots=True)
class Doors:
    """Where lines enter and leave a box that cannot choose, as cells from its left side. exit: -1 where nobody reads it."""

    arrivals: tuple[int, ...] = ()
    exit: int = -1

    @property
    def anchor(self) -> int:
        """The cell that is to stand below what the box reads, or above what reads it."""
        return self.arrivals[0] if self.arrivals else self.exit


@dataclass(frozen=True, slots=True)
class LayoutRequest:
    """A graph to draw.

    inputs: for each node the nodes that it reads, all with a smaller index; a node may be read twice.
    widths, heights: cells of the boxes; a width must be at least `least_width(fan_in)`.
    gap: rows that stay free between two layers even where every line is straight.
    wrap: columns after which a further component of the graph begins a new row of components.
    floors: for each node a number; a component begins a new row, too, where the number is another one. Empty: all 0.
    entries: so many of the first nodes stand alone in the first layer: lines come in there. They read nothing.
    foot: whether the last node stands alone in the last layer: lines go out there.
    doors: boxes whose lines enter and leave in columns that are given.
    With entries or a foot the graph is one part, whether it hangs together or not.
    """

    inputs: Sequence[tuple[int, ...]]
    widths: Sequence[int]
    heights: Sequence[int]
    gap: int = 0
    wrap: int = 160
    floors: Sequence[int] = ()
    entries: int = 0
    foot: bool = False
    doors: Mapping[int, Doors] = field(default_factory=dict)


def least_width(fan_in: int) -> int:
    """Return the cells that a box needs so that the lines entering it stay apart."""
    return 2 * fan_in + 2


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where everything stands; cells, from the top left.

    x, y, width, height, rank: one number for each box.
    exits: the column in which the line of a box leaves its lower border, -1 for a box that nobody reads.
    arrivals: for each box the column in which each of its inputs enters the upper border.
    segments: rows (net, x0, y0, x1, y1), straight, ends included, x0 <= x1 and y0 <= y1; a net is named by the box that
    it leaves. Ends lie on the borders of the boxes that the line joins.
    """

    x: Ints
    y: Ints
    width: Ints
    height: Ints
    rank: Ints
    exits: Ints
    arrivals: tuple[tuple[int, ...], ...]
    segments: Ints
    columns: int
    rows: int


@dataclass(slots=True)
class Layered:
    """A graph whose edges join neighbouring layers only: boxes first, then the items that stand for a passing line.

    net: the box whose line an item carries (a box carries its own).
    up, down: neighbours in the layer above and below; an item that a box reads twice is there twice.
    left, right: cells of an item to the left and to the right of its anchor column.
    lane: for the lines of shared leaves, which stand at the left margin of every layer, their order there; else -1.
    entries: so many of the first boxes are places where lines come in.
    """

    boxes: int
    rank: list[int]
    net: list[int]
    up: list[list[int]]
    down: list[list[int]]
    left: list[int]
    right: list[int]
    lane: list[int]
    layers: list[list[int]] = field(default_factory=list)
    entries: int = 0

    def separation(self, one: int, other: int) -> int:
        """Return the least distance of two anchors when `other` stands right of `one`."""
        gap = BOX_GAP if one < self.boxes and other < self.boxes else LINE_GAP
        return self.right[one] + gap + 1 + self.left[other]

    def is_source(self, item: int) -> bool:
        """Whether an item is a box that reads nothing, and no entry."""
        return self.entries <= item < self.boxes and not self.up[item]
