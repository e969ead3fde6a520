"""The lines of a layout as characters: a mask of four directions a cell, made tile by tile when it is looked at.

A line that passes another one without touching it is drawn over it, `─│─`; where a line branches stands `┬ ┴ ├ ┤` or `┼`.
So `┼` always joins, and a gap on both sides of `│` always means: no connection.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gradlab.draw.layout import Layout

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Glyphs = npt.NDArray[np.str_]
"""A character for each mask of directions."""

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
UPRIGHT, FLAT = UP | DOWN, LEFT | RIGHT
GLYPHS: Glyphs = np.array(list(" ╵╶╰╷│╭├╴╯─┴╮┤┬┼"), dtype="<U1")
ASCII_GLYPHS: Glyphs = np.array(list(" |..||.|.....|.."), dtype="<U1")
TILE_ROWS, TILE_COLUMNS = 64, 256
KEPT_TILES = 64

Tile = tuple[Bytes, Ints]
"""The mask and the net of each cell, -1 where there is none; of two lines that cross the upright one."""


class Edges:
    """The lines of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._segments = layout.segments
        self._tiles: OrderedDict[tuple[int, int], Tile] = OrderedDict()
        self._of_tile = _by_tile(layout.segments)

    def row(self, y: int, x0: int, x1: int) -> tuple[Bytes, Ints]:
        """Return the mask and the net that is seen in the cells x0 … x1 - 1 of a row; a crossing shows its upright line."""
        ends = [x0, *range((x0 // TILE_COLUMNS + 1) * TILE_COLUMNS, x1, TILE_COLUMNS), x1]
        parts = [self._part(y, a, b) for a, b in pairwise(ends)]
        return parts[0] if len(parts) == 1 else (np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))

    def _part(self, y: int, x0: int, x1: int) -> tuple[Bytes, Ints]:
        """Do the same within one tile."""
        row, column = y // TILE_ROWS, x0 // TILE_COLUMNS
        mask, nets = self._tile(row, column)
        cut = (y - row * TILE_ROWS, slice(x0 - column * TILE_COLUMNS, x1 - column * TILE_COLUMNS))
        return mask[cut], nets[cut]

    def _tile(self, row: int, column: int) -> Tile:
        tile = self._tiles.get((row, column))
        if tile is None:
            tile = self._tiles[row, column] = self._draw(row, column)
            if len(self._tiles) > KEPT_TILES:
                self._tiles.popitem(last=False)
        return tile

    def _draw(self, row: int, column: int) -> Tile:
        mask = np.zeros((TILE_ROWS, TILE_COLUMNS), dtype=np.uint8)
        upright = np.full(mask.shape, -1, dtype=np.int32)
        flat = np.full(mask.shape, -1, dtype=np.int32)
        top, left = row * TILE_ROWS, column * TILE_COLUMNS
        for index in self._of_tile.get((row, column), ()):
            net, x0, y0, x1, y1 = self._segments[index].tolist()
            if y0 == y1 and x0 != x1:
                _stroke(mask[y0 - top], flat[y0 - top], x0 - left, x1 - left, (RIGHT, LEFT), net)
            elif y0 != y1:
                _stroke(mask[:, x0 - left], upright[:, x0 - left], y0 - top, y1 - top, (DOWN, UP), net)
        mask[(upright >= 0) & (flat >= 0) & (upright != flat)] = UPRIGHT
        return mask, np.where(upright >= 0, upright, flat)


def _stroke(mask: Bytes, nets: Ints, first: int, last: int, bits: tuple[int, int], net: int) -> None:
    """Draw a straight line from `first` to `last`, which may lie outside the tile."""
    onward, backward = bits
    size = len(mask)
    mask[max(first, 0) : min(max(last, 0), size)] |= onward
    mask[min(max(first + 1, 0), size) : min(last + 1, size)] |= backward
    nets[max(first, 0) : min(last + 1, size)] = net


def _by_tile(segments: Ints) -> dict[tuple[int, int], list[int]]:
    """Return the segments of each tile."""
    scaled = segments[:, 1:] // np.array([TILE_COLUMNS, TILE_ROWS] * 2, dtype=np.int32)
    found: dict[tuple[int, int], list[int]] = {}
    for index, (column0, row0, column1, row1) in enumerate(scaled.tolist()):
        for row in range(row0, row1 + 1):
            for column in range(column0, column1 + 1):
                found.setdefault((row, column), []).append(index)
    return found
