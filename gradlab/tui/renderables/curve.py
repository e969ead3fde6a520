"""Curves in braille: two dots across and four down in a cell, with axes that may be logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np

from gradlab.tui.renderables.ink import Row, row
from gradlab.tui.renderables.number import number

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_LABEL = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: from `low` to `high`, logarithmic or not."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Give where a value stands between low (0) and high (1)."""
        if self.log:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], log: bool) -> Scale:
    """Give an axis that holds all finite values; a log axis is for values above 0 and ends at round numbers."""
    good = [v for v in values if isfinite(v) and (v > 0 or not log)]
    if not good:
        return Scale(0.1, 1.0, log)
    low, high = min(good), max(good)
    if log:
        return _log_scale(low, high)
    if low == high:
        pad = abs(low) or 1.0
        return Scale(low - 0.5 * pad, high + 0.5 * pad)
    return Scale(low, high)


def _log_scale(low: float, high: float) -> Scale:
    """Give a log axis: whole decades if it spans more than one, else a little room around the values."""
    if high / low > 10:
        return Scale(10.0 ** floor(log10(low)), 10.0 ** ceil(log10(high)), True)
    return Scale(low / 1.1, high * 1.1, True)


def braille(xs: Sequence[float], ys: Sequence[float], width: int, height: int, x: Scale, y: Scale) -> list[str]:
    """Give `height` lines of `width` braille cells with the points joined by lines; what is not finite leaves a gap."""
    mask = np.zeros((4 * height, 2 * width), dtype=bool)
    last: tuple[int, int] | None = None
    for vx, vy in zip(xs, ys, strict=True):
        point = _dot(vx, vy, x, y, mask.shape)
        if point is not None:
            _join(mask, last or point, point)
        last = point
    return ["".join(_cell(mask, r, c) for c in range(width)) for r in range(height)]


def _dot(vx: float, vy: float, x: Scale, y: Scale, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Give row and column of the dot for a point, or None where it has no place."""
    if not (isfinite(vx) and isfinite(vy)) or (x.log and vx <= 0) or (y.log and vy <= 0):
        return None
    column, line = x.share(vx), 1 - y.share(vy)
    if not (-1e-9 <= column <= 1 + 1e-9 and -1e-9 <= line <= 1 + 1e-9):
        return None
    return round(line * (shape[0] - 1)), round(column * (shape[1] - 1))


def _join(mask: np.ndarray, a: tuple[int, int], b: tuple[int, int]) -> None:
    """Set the dots of the straight line between two dots."""
    steps = max(abs(a[0] - b[0]), abs(a[1] - b[1]), 1)
    rows = np.rint(np.linspace(a[0], b[0], steps + 1)).astype(int)
    columns = np.rint(np.linspace(a[1], b[1], steps + 1)).astype(int)
    mask[rows, columns] = True


def _cell(mask: np.ndarray, line: int, column: int) -> str:
    """Give the braille character of one cell."""
    bits = sum(_DOTS[r][c] for r in range(4) for c in range(2) if mask[4 * line + r, 2 * column + c])
    return chr(0x2800 + bits) if bits else " "


def plot(xs: Sequence[float], ys: Sequence[float], width: int, height: int, log: bool = True) -> list[Row]:
    """Give a curve with labelled axes in `width` x `height` cells (at least 24 x 4); `log` is for the y axis."""
    inner, lines = max(2, width - _LABEL - 2), max(2, height - 2)
    x, y = scale(xs, False), scale(ys, log)
    labels = {0: y.high, lines - 1: y.low}
    if lines >= 5:
        labels[lines // 2] = _middle(y, 1 - (lines // 2) / (lines - 1))
    rows = []
    for r, cells in enumerate(braille(xs, ys, inner, lines, x, y)):
        label = number(labels[r], 3) if r in labels else ""
        rows.append(row((label.rjust(_LABEL), "dim"), ("┤" if label else "│", "dim"), (cells, "curve")))
    left, right = _count(x.low), _count(x.high)
    rows.append(row((" " * _LABEL + "└" + "─" * inner, "dim")))
    rows.append(row((" " * (_LABEL + 1) + left + right.rjust(max(0, inner - len(left))), "dim")))
    return rows


def _middle(y: Scale, share: float) -> float:
    """Give the value at a share of an axis."""
    if y.log:
        return float(10 ** (log10(y.low) + share * (log10(y.high) - log10(y.low))))
    return y.low + share * (y.high - y.low)


def _count(value: float) -> str:
    """Give an update's number for the foot of the plot."""
    return f"{value:,.0f}" if value == round(value) else number(value, 3)
