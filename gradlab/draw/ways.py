"""A gradient split by the ways that it came: skip and branch, layers, time steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from gradlab.draw.bars import signed_bar
from gradlab.draw.ink import Row, fit, row
from gradlab.draw.number import fixed, percent
from gradlab.lab.hidden import HIDDEN, is_unseen

NUMBER, SHARE = 9, 8


@dataclass(frozen=True, slots=True)
class WayRow:
    """One way. kind: "skip", "branch" or ""."""

    label: str
    kind: str
    part: float
    share: float


def ways_rows(ways: Sequence[WayRow], total: float, gap: float | None, more: tuple[int, float], width: int) -> list[Row]:
    """Return a row for each way, the sum of the ways without a row, and the sum of all.

    gap: by how much the sum differs from the gradient, None if it does not.   more: how many ways have no row, and their sum.
    """
    kind = 7 if any(way.kind for way in ways) else 0
    longest = max((len(way.label) for way in ways), default=3)
    name = max(5, min(longest, width - kind - NUMBER - SHARE - 8))
    bar = max(0, min(32, width - kind - name - NUMBER - SHARE - 3))
    rows = [_way(way, kind, name, bar) for way in ways]
    if more[0]:
        rows.append(row((fit(f"other, {more[0]:,} more ways", kind + name + bar + 1), "dim"), (fixed(more[1], NUMBER), "dim")))
    told = fixed(total, NUMBER).strip()
    agrees = (" ✓", "good") if gap is None else (f" differs by {fixed(gap, NUMBER).strip()}", "bad")
    rows.append(row((fit("sum", kind + name + bar + 1), "delta"), (told.rjust(NUMBER), "delta"), agrees))
    return rows


def _way(way: WayRow, kind: int, name: int, bar: int) -> Row:
    head = (fit(way.kind, kind), "key"), (fit(way.label, name) + " ", "strong")
    if is_unseen(way.part):
        return row(*head, (" " * bar, ""), (HIDDEN.rjust(NUMBER), "key"))
    drawn = (
        signed_bar(max(-1.0, min(1.0, way.share)) if isfinite(way.share) else 0.0, bar) if bar >= 3 else row((" " * bar, ""))
    )
    role = "positive" if way.part > 0 else "negative" if way.part < 0 else "dim"
    return row(*head, *drawn, (fixed(way.part, NUMBER), role), (percent(way.share).rjust(SHARE), ""))
