"""Several curves on common axes: each has a letter, which stands at its end and in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite
from string import ascii_lowercase

import numpy as np

from gradlab.draw.curve import Scale, braille, framed, room, scale
from gradlab.draw.ink import Row, Run, clip, row, width_of
from gradlab.draw.number import number

Named = tuple[str, Sequence[tuple[float, float]]]
"""A name, and pairs of an update, or whatever lies across, and a number."""
ROLES = ("curve", "delta", "value", "good")
LEAST = 5
"""Lines that the axes and the curves want, at least; the legend takes the others."""
GAP = 3
"""Cells between two entries of the legend."""
_BLANK = 0x2800


def plot_lines(curves: Sequence[Named], width: int, height: int, log: bool = True) -> list[Row]:
    """Return a legend with the last number of each curve, and the curves below it, in `width` x `height` cells.

    Where there is no room for all of them, the last ones are counted only.
    """
    there = [(name, pairs) for name, pairs in curves if pairs]
    drawn = [(letter, name, pairs) for letter, (name, pairs) in zip(ascii_lowercase, there, strict=False)]
    entries = [
        row((f"{letter} ", "strong"), (f"{name} ", ROLES[k % len(ROLES)]), (number(pairs[-1][1]), "value"))
        for k, (letter, name, pairs) in enumerate(drawn)
    ]
    heads, count = _legend(entries, width, max(1, height - LEAST))
    if count < len(entries):  # a last line of names takes no more room than a line that counts them
        fuller = _legend(entries, width, len(heads) + 1)
        heads, count = fuller if fuller[1] == len(entries) else (heads, count)
    left = len(there) - count
    more = [row((f"and {left} more", "dim"))] if left else []
    return [*heads, *more, *_plot(drawn[:count], width, height - len(heads) - len(more), log)]


def _legend(entries: Sequence[Row], width: int, lines: int) -> tuple[list[Row], int]:
    """Return entries side by side in at most so many lines, and how many of them have room there."""
    found: list[Row] = []
    for count, entry in enumerate(entries):
        if found and width_of(found[-1]) + GAP + width_of(entry) <= width:
            found[-1] = (*found[-1], (" " * GAP, ""), *entry)
        elif len(found) < lines:
            found.append(clip(entry, width))
        else:
            return found, count
    return found, len(entries)


def _plot(curves: Sequence[tuple[str, str, Sequence[tuple[float, float]]]], width: int, height: int, log: bool) -> list[Row]:
    ends = len(curves) + 1
    inner, lines = room(width - ends, height)
    xs = [update for _, _, pairs in curves for update, _ in pairs]
    x, y = scale(xs, False), scale([value for _, _, pairs in curves for _, value in pairs], log)
    cells = [braille([u for u, _ in pairs], [v for _, v in pairs], inner, lines, x, y) for _, _, pairs in curves]
    letters = ["" for _ in range(lines)]
    for letter, _, pairs in curves:
        if (place := _end(pairs, y, lines)) is not None:
            letters[place] += letter
    drawn = [[*_over(line), (f" {letters[k]:<{ends - 1}}", "strong")] for k, line in enumerate(zip(*cells, strict=True))]
    return framed(drawn, xs, y, inner)


def _over(line: Sequence[str]) -> list[Run]:
    """Return a line of all curves; where some meet the cell has the dots of all, in the colour of the last."""
    found: list[Run] = []
    for cells in zip(*line, strict=True):
        bits, role = 0, ""
        for k, cell in enumerate(cells):
            if cell != " ":
                bits, role = bits | (ord(cell) - _BLANK), ROLES[k % len(ROLES)]
        found.append((chr(_BLANK + bits) if bits else " ", role))
    return [("".join(text for text, _ in group), role) for role, group in groupby(found, key=lambda cell: cell[1])]


def _end(pairs: Sequence[tuple[float, float]], y: Scale, lines: int) -> int | None:
    """Return the line on which a curve ends; None where nothing of it is drawn."""
    known = [value for _, value in pairs if isfinite(value) and (value > 0 or not y.log)]
    if not known:
        return None
    share = float(y.share(np.array([known[-1]]))[0])
    return min(lines - 1, max(0, round((1 - share) * (lines - 1))))
