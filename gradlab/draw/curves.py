"""Two curves over each other: A is a whole line, B a broken one, and each has its letter at its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite

import numpy as np

from gradlab.draw.curve import Scale, braille, framed, room, scale
from gradlab.draw.ink import Row, Run, row

Pairs = Sequence[tuple[int, float]]
ENDS = 3
"""Cells behind the curves for their letters."""
GAP = 3
"""Every third cell of the broken line is left out."""
_BLANK = 0x2800


def plot_pair(first: Pairs, second: Pairs, width: int, height: int, log: bool = True) -> list[Row]:
    """Return both curves on common axes in `width` x `height` cells (at least 27 x 4). Neither may be empty."""
    inner, lines = room(width - ENDS, height)
    xs = [update for curve in (first, second) for update, _ in curve]
    x, y = scale(xs, False), scale([loss for curve in (first, second) for _, loss in curve], log)
    whole, broken = (_drawn(curve, inner, lines, x, y) for curve in (first, second))
    ends = _letters((first, second), y, lines)
    drawn = [[*_over(a, b), (f" {ends.get(r, '')}", "strong")] for r, (a, b) in enumerate(zip(whole, broken, strict=True))]
    return framed(drawn, xs, y, inner)


def legend(names: tuple[str, str]) -> tuple[Row, Row]:
    """Return a row for each curve: its letter, how it is drawn, and its name."""
    return row(("A ", "strong"), ("⠤⠤⠤⠤⠤⠤ ", "curve"), names[0]), row(("B ", "strong"), ("⠤⠤ ⠤⠤  ", "delta"), names[1])


def _drawn(curve: Pairs, inner: int, lines: int, x: Scale, y: Scale) -> list[str]:
    return braille([update for update, _ in curve], [loss for _, loss in curve], inner, lines, x, y)


def _over(whole: str, broken: str) -> list[Run]:
    """Return a line with both curves; where they meet the cell has the dots of both."""
    cells = []
    for k, (a, b) in enumerate(zip(whole, broken, strict=True)):
        bits, other = _bits(a), 0 if k % GAP == GAP - 1 else _bits(b)
        role = "strong" if bits and other else "delta" if other else "curve"
        cells.append((chr(_BLANK + (bits | other)) if bits | other else " ", role))
    return [("".join(text for text, _ in group), role) for role, group in groupby(cells, key=lambda cell: cell[1])]


def _bits(cell: str) -> int:
    return ord(cell) - _BLANK if cell != " " else 0


def _letters(curves: tuple[Pairs, Pairs], y: Scale, lines: int) -> dict[int, str]:
    """Return the letters of the curves by the line on which each ends."""
    found: dict[int, str] = {}
    for letter, curve in zip("AB", curves, strict=True):
        known = [loss for _, loss in curve if isfinite(loss) and (loss > 0 or not y.log)]
        if known:
            share = float(y.share(np.array([known[-1]]))[0])
            line = min(lines - 1, max(0, round((1 - share) * (lines - 1))))
            found[line] = found.get(line, "") + letter
    return found
