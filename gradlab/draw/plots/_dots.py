"""Braille dots: eight in a cell, points or the lines between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradlab.draw.curve import Scale, braille
from gradlab.draw.ink import Run
from gradlab.draw.plots._glyphs import Floats
from gradlab.draw.plots._points import Axes2D

BLANK = 0x2800
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)


def dotted(frame: Axes2D, xs: Floats, ys: Floats, wide: int, high: int) -> list[list[Run]]:
    """Return lines of cells with a dot a point."""
    across, down = frame.cells(xs, ys, 2 * wide, 4 * high)
    inside = across >= 0
    bits = np.zeros((high, wide), np.uint8)
    rows, columns = down[inside], across[inside]
    np.bitwise_or.at(bits, (rows // 4, columns // 2), _BITS[rows % 4, columns % 2])
    return [[("".join(chr(BLANK + n) if n else " " for n in line), "curve")] for line in bits.tolist()]


def joined(frame: Axes2D, xs: Floats, ys: Floats, wide: int, high: int) -> npt.NDArray[np.uint8]:
    """Return the dots of a line through points: (high, wide), the bits of a braille cell each."""
    lines = braille(xs.tolist(), ys.tolist(), wide, high, Scale(*frame.x), Scale(*frame.y))
    return np.array([[ord(cell) - BLANK if cell != " " else 0 for cell in line] for line in lines], np.uint8)
