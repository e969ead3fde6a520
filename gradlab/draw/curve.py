"""Curves in braille: two dots across and four down in a cell, with axes that may be logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np
import numpy.typing as npt

from gradlab.draw.ink import Row, Run, row
from gradlab.draw.number import number

Floats = npt.NDArray[np.float64]
Dots = npt.NDArray[np.bool_]
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_LABEL = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: from `low` to `high`, logarithmic or not."""

    low: float
    high: float
    log: bool = False

    def share(self, values: Floats) -> Floats:
        """Return where values stand between low (0) and high (1); NaN for what a log axis has no place for."""
        if not self.log:
            return (values - self.low) / (self.high - self.low)
        with np.errstate(all="ignore"):
            return (np.log10(values) - log10(self.low)) / (log10(self.high) - log10(self.low))


def scale(values: Sequence[float], log: bool) -> Scale:
    """Return an axis that holds all finite values; a log axis is for values above 0 and ends at round numbers."""
    good = [v for v in values if isfinite(v) and (v > 0 or not log)]
    if not good:
        return Scale(0.1, 1.0, log)
    low, high = min(good), max(good)
    if log:
        return _log_scale(low, high)
    if low == high:
        pad = abs(low) or 2.0
        return Scale(low - 0.5 * pad, high + 0.5 * pad)
    return Scale(low, high)


def _log_scale(low: float, high: float) -> Scale:
    """Return a log axis: whole decades if it spans more than one, else a little room around the values."""
    if high / low > 10:
        return Scale(10.0 ** floor(log10(low)), 10.0 ** ceil(log10(high)), True)
    return Scale(low / 1.1, high * 1.1, True)


def braille(xs: Sequence[float], ys: Sequence[float], width: int, height: int, x: Scale, y: Scale) -> list[str]:
    """Return `height` lines of `width` braille cells with the points joined by lines; what is not finite leaves a gap."""
    mask = np.zeros((4 * height, 2 * width), dtype=bool)
    across, down = x.share(np.asarray(xs, np.float64)), 1 - y.share(np.asarray(ys, np.float64))
    there = np.isfinite(across) & np.isfinite(down) & (abs(across - 0.5) <= 0.5 + 1e-9) & (abs(down - 0.5) <= 0.5 + 1e-9)
    rows, columns = (np.where(there, share, 0) * (size - 1) for share, size in zip((down, across), mask.shape, strict=True))
    mask[np.rint(rows[there]).astype(int), np.rint(columns[there]).astype(int)] = True
    joined = there[:-1] & there[1:]
    _join(mask, np.stack([rows[:-1], columns[:-1]])[:, joined], np.stack([rows[1:], columns[1:]])[:, joined])
    cells = sum(mask[r::4, c::2] * np.uint8(_DOTS[r][c]) for r in range(4) for c in range(2))
    return ["".join(chr(0x2800 + int(bits)) if bits else " " for bits in line) for line in np.atleast_2d(cells)]


def _join(mask: Dots, starts: Floats, stops: Floats) -> None:
    """Set the dots of the straight lines between points; starts, stops: (2, n), rows and columns of dots."""
    steps = np.maximum(1, np.ceil(np.abs(stops - starts).max(axis=0, initial=1))).astype(int)
    line = np.repeat(np.arange(len(steps)), steps + 1)
    place = np.arange(len(line)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    dots = np.rint(starts[:, line] + (stops - starts)[:, line] * (place / steps[line])).astype(int)
    mask[dots[0], dots[1]] = True


def plot(xs: Sequence[float], ys: Sequence[float], width: int, height: int, log: bool = True) -> list[Row]:
    """Return a curve with labelled axes in `width` x `height` cells (at least 24 x 4); `log` is for the y axis."""
    inner, lines = room(width, height)
    x, y = scale(xs, False), scale(ys, log)
    return framed([[(cells, "curve")] for cells in braille(xs, ys, inner, lines, x, y)], xs, y, inner)


def room(width: int, height: int) -> tuple[int, int]:
    """Return the cells and lines that are left for curves between the axes."""
    return max(2, width - _LABEL - 2), max(2, height - 2)


def framed(drawn: Sequence[Sequence[Run]], xs: Sequence[float], y: Scale, inner: int) -> list[Row]:
    """Return what is drawn, `inner` cells wide, with the y axis on its left and the ends of the x axis below."""
    lines = len(drawn)
    labels = {0: y.high, lines - 1: y.low}
    if lines >= 5:
        labels[lines // 2] = _middle(y, 1 - (lines // 2) / (lines - 1))
    rows = []
    for r, runs in enumerate(drawn):
        label = number(labels[r], 3) if r in labels else ""
        rows.append(row((label.rjust(_LABEL), "dim"), ("┤" if label else "│", "dim"), *runs))
    left, right = _count(min(xs)), _count(max(xs)) if len(xs) > 1 else ""
    rows.append(row((" " * _LABEL + "└" + "─" * inner, "dim")))
    rows.append(row((" " * (_LABEL + 1) + left + right.rjust(max(0, inner - len(left))), "dim")))
    return rows


def _middle(y: Scale, share: float) -> float:
    """Return the value at a share of an axis."""
    if y.log:
        return float(10 ** (log10(y.low) + share * (log10(y.high) - log10(y.low))))
    return y.low + share * (y.high - y.low)


def _count(value: float) -> str:
    """Return an update's number for the foot of the plot."""
    return f"{value:,.0f}" if value == round(value) else number(value, 3)
