"""Several drawings in one panel, beside each other where it is wide, below each other where it is high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gradlab.draw.ink import Row, clip, row, width_of

LEAST = (36, 9)
"""Columns and rows that a drawing needs beside others."""
SEAM = " │ "


@dataclass(frozen=True, slots=True)
class Tiles:
    """How a panel is divided. count: drawings that have room.   columns: beside each other.   width, height: of each."""

    count: int
    columns: int
    width: int
    height: int


def tiles(count: int, width: int, height: int) -> Tiles:
    """Return how a panel of so many cells is divided among some drawings; those for which there is no room are left out."""
    across = max(1, min(count, (width + len(SEAM)) // (LEAST[0] + len(SEAM))))
    down = max(1, min(-(-count // across), height // LEAST[1]))
    shown = min(count, across * down)
    across = -(-shown // down)
    return Tiles(shown, across, (width - len(SEAM) * (across - 1)) // across, height // down)


def tiled(drawings: Sequence[Sequence[Row]], how: Tiles) -> list[Row]:
    """Return drawings beside and below each other, each in its tile."""
    rows: list[Row] = []
    for first in range(0, len(drawings), how.columns):
        beside = [one[: how.height] for one in drawings[first : first + how.columns]]
        lines = zip_longest(*beside, fillvalue=row(""))
        rows += [_joined(parts, how.width) for parts in lines]
        rows += [row("")] * (how.height - max(map(len, beside)))
    return rows


def _joined(parts: Sequence[Row], width: int) -> Row:
    """Return some rows as one, each as wide as its tile."""
    found: Row = ()
    for place, line in enumerate(parts):
        kept = clip(line, width) if width_of(line) > width else line
        found += ((SEAM, "dim"),) if place else ()
        found += (*kept, (" " * (width - width_of(kept)), "")) if place < len(parts) - 1 else kept
    return found
