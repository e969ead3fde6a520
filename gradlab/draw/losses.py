"""The losses of a run, or of both runs of a comparison, as the panel of plots shows them while no plot is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.curve import plot
from gradlab.draw.curves import legend, plot_pair
from gradlab.draw.ink import Row, row, spread
from gradlab.draw.lines import plot_lines
from gradlab.draw.number import number

if TYPE_CHECKING:
    from gradlab.lab.snapshot import Snapshot

Losses = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class ComparedLosses:
    """The losses of both runs of a comparison, and their names."""

    names: tuple[str, str]
    losses: tuple[Losses, Losses]

    @property
    def curved(self) -> bool:
        """Whether each run has more than a point."""
        return all(len(curve) > 1 for curve in self.losses)


def own_rows(seen: Snapshot, width: int, height: int, log: bool) -> list[Row]:
    """Return the curve of this run's loss, or of everything that is recorded. There is at least one loss.

    Where no number has a logarithm the axis is linear; what is left out is said.
    """
    numbers = [loss for _, loss in seen.losses]
    log = log and any(isfinite(loss) and loss > 0 for loss in numbers)
    axis = axis_text(log) + (", losses of 0 or below left out" if log and any(loss <= 0 for loss in numbers) else "")
    axis += ", gaps where it is not finite" if not all(map(isfinite, numbers)) else ""
    if sum(bool(pairs) for _, pairs in seen.curves) > 1:
        head = row((f"update {seen.losses[-1][0]:,} · {axis_text(log)}", "dim"))
        return [head, *plot_lines(seen.curves, width, height, log)]
    update, loss = seen.losses[-1]
    head = spread(row(("loss ", "dim"), (number(loss), "value")), row((f"update {update:,} · {axis}", "dim")), width)
    return [head, *plot([u for u, _ in seen.losses], [v for _, v in seen.losses], width, height, log)]


def both_rows(found: ComparedLosses, width: int, height: int, log: bool, note: Sequence[tuple[str, str]] = ()) -> list[Row]:
    """Return both curves of a comparison under their legend. note: what stands behind the last row."""
    (update, loss), (_, other) = found.losses[0][-1], found.losses[1][-1]
    heads = [
        spread(line, row((number(end), "value")), width) for line, end in zip(legend(found.names), (loss, other), strict=True)
    ]
    foot = row((f"update {update:,} · {axis_text(log)}", "dim"), *note)
    return [*heads, *plot_pair(found.losses[0], found.losses[1], width, height, log), foot]


def axis_text(log: bool) -> str:
    """Return what kind of axis it is."""
    return "log axis" if log else "linear axis"
