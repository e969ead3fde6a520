"""One histogram, large, with mean, standard deviation, zeros and outliers in numbers.

The axis goes from the least to the largest number, or to six standard deviations from the mean where a number lies beyond:
those are counted, not drawn. Numbers that are exactly 0 are left out of the bars when they are more than a tenth of all, and
are said; so are NaN and infinity.

    plot hist hidden.h
    plot hist grad(hidden.W)
    plot hist log(abs(grad(hidden.W)))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.ink import Row, row
from gradlab.draw.number import number, short, whole_percent
from gradlab.draw.plots._asking import numbers_of
from gradlab.draw.plots._glyphs import Floats, marked
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._reading import one
from gradlab.errors import ActionError
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

FAR = 6.0
"""Standard deviations from the mean beyond which a number is an outlier."""
USUAL = (1e-100, 1e100)
"""Sizes between which squares are what they should be."""
MANY = 0.1
"""Share of zeros from which they have no bar."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"
LABEL = 9


@dataclass(frozen=True, slots=True, eq=False)
class HistPicture(Picture):
    """A histogram. counts: of each bar.   edges: one more.   mean: of all finite numbers.   told: what is said of them."""

    counts: Floats
    edges: Floats
    mean: float
    told: str

    @property
    def size(self) -> Place:
        """A column is a bar."""
        return 1, len(self.counts)

    def spot(self, place: Place) -> Spot:
        """Return a bar."""
        low, high = self.edges[place[1]], self.edges[place[1] + 1]
        count = int(self.counts[place[1]])
        return Spot(f"{count:,} number{'s' * (count != 1)} from {number(float(low), 4)} to {number(float(high), 4)}")


def ask(lab: Lab, wanted: Expression, paper: Paper) -> HistPicture:
    """Return the counts, a bar a column. Raises ActionError, HiddenError."""
    numbers = numbers_of(lab, wanted)
    known = numbers.known
    if not known.size:
        raise ActionError(f"`{wanted.text}` has no finite number to count")
    scale = _scale(known)
    known = known / scale
    mean, std = float(known.mean()), float(known.std())
    zeros = int((known == 0).sum())
    shown = known[known != 0] if MANY * known.size < zeros < known.size else known
    near = shown[np.abs(shown - mean) <= FAR * std] if std > 0 else shown
    near = near if near.size else shown
    low, high = float(near.min()), float(near.max())
    if low == high:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    bars = max(8, min(paper.width - LABEL - 1, ceil(2 * sqrt(near.size))))
    counts, edges = np.histogram(near, bars, (low, high))
    told = f"mean {number(mean * scale, 4)}   σ {short(std * scale, 4)}   zeros {zeros:,} ({whole_percent(zeros / known.size)})"
    lost = numbers.values.size - known.size - numbers.secrets
    notes = [
        *([f"{zeros:,} zeros are not in the bars"] if shown.size < known.size else []),
        *([f"{shown.size - near.size:,} outliers beyond {FAR:g} σ are not drawn"] if near.size < shown.size else []),
        *([f"{lost:,} are NaN or infinite"] if lost else []),
        *([f"{numbers.secrets:,} are hidden: the open question asks for them"] if numbers.secrets else []),
    ]
    return HistPicture(
        numbers.written, (*notes, *numbers.remarks), counts.astype(np.float64), edges * scale, mean * scale, told
    )


def _scale(known: Floats) -> float:
    """Return a power of two by which numbers are divided so that their squares are neither infinite nor 0; 1 for usual ones."""
    largest = float(np.abs(known).max())
    return 1.0 if largest == 0 or USUAL[0] < largest < USUAL[1] else float(np.ldexp(1.0, int(np.frexp(largest)[1]) - 1))


def rows(hist: HistPicture, paper: Paper) -> Sequence[Row]:
    """Return what is said of the numbers, the bars, and the axis with the mean on it."""
    high = max(3, paper.height - 3)
    wide = max(8, paper.width - LABEL - 1)
    bar = np.arange(wide) * len(hist.counts) // wide
    top = float(hist.counts.max())
    eighths = np.ceil(8 * high * hist.counts / top).astype(int)[bar]
    at = paper.at(hist.size)
    found = [row((hist.told, "value"))]
    for r in reversed(range(high)):
        cells = "".join(_EIGHTHS[min(8, max(0, n - 8 * r))] for n in eighths.tolist())
        label = f"{top:,.0f}" if r == high - 1 else "0" if r == 0 else ""
        line = [(cells, "curve")]
        if at is not None:
            line = marked(line, int(np.flatnonzero(bar == at[1])[0]) if (bar == at[1]).any() else 0, int((bar == at[1]).sum()))
        found.append(row((label.rjust(LABEL), "dim"), ("┤" if label else "│", "dim"), *line))
    return [*found, *_axis(hist, wide)]


def _axis(hist: HistPicture, wide: int) -> list[Row]:
    """Return the axis, with a mark where the mean is, and the numbers at its ends."""
    low, high = float(hist.edges[0]), float(hist.edges[-1])
    at = round((hist.mean / 2 - low / 2) / (high / 2 - low / 2) * (wide - 1))
    line = "".join("┴" if k == at else "─" for k in range(wide))
    ends = number(low, 3), number(high, 3)
    middle = "mean" if ends[0] and len(ends[0]) + 1 < at - 2 < wide - len(ends[1]) - 5 else ""
    text = f"{ends[0]:<{max(len(ends[0]), at - 1 if middle else 0)}}{middle}"
    return [
        row((" " * LABEL + "└" + line, "dim")),
        row((" " * (LABEL + 1) + text + ends[1].rjust(max(0, wide - len(text))), "dim")),
    ]


def figure(hist: HistPicture, axes: Any) -> None:
    """Draw the bars and the mean."""
    axes.stairs(hist.counts, hist.edges, fill=True)
    axes.axvline(hist.mean, color="black", linewidth=1)
    axes.set_ylabel("count")
    axes.set_xlabel(hist.told)


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a histogram for whatever has some numbers."""
    return (3, f"hist {node.name}") if prod(node.shape) >= 4 else None


PLOT = plot_kind(
    ask,
    "EXPR",
    "one histogram, large, with mean, deviation, zeros and outliers",
    example="hist grad(h0.W)",
    read=one,
    rows=rows,
    figure=figure,
    fits=fits,
)
