"""The position on the time axis, in words."""

from __future__ import annotations

from gradlab.axis.position import Position

PHASES = {"f": "forward", "b": "backward", "u": "update"}
_ORDER = "fbu"

Counts = tuple[int, int, int]


def words(position: Position, counts: Counts) -> str:
    """Return the position in words: "update 0 ▸ backward ▸ 3 of 5"."""
    total = counts[_ORDER.index(position.phase)]
    return f"update {position.update:,} ▸ {PHASES[position.phase]} ▸ {position.op:,} of {total:,}"


def position_text(position: Position, counts: Counts) -> str:
    """Return how far the phase is, in few words: "backward 3 of 5"."""
    total = counts[_ORDER.index(position.phase)]
    return f"{PHASES[position.phase]} {position.op:,} of {total:,}"
