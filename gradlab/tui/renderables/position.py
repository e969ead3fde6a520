"""The position on the time axis, in words and as a strip."""

from __future__ import annotations

from gradlab.lab.snapshot import Position
from gradlab.tui.renderables.ink import Row, row

PHASES = {"f": "forward", "b": "backward", "u": "update"}
_ORDER = "fbu"

Counts = tuple[int, int, int]


def words(position: Position, counts: Counts) -> str:
    """Give the position in words: "update 0 ▸ backward ▸ 3 of 5 ops done"."""
    total = counts[_ORDER.index(position.phase)]
    return f"update {position.update:,} ▸ {PHASES[position.phase]} ▸ {position.op:,} of {total:,} ops done"


def short_words(position: Position, counts: Counts) -> str:
    """Give the position in few words: "0.b.3 backward 3/5"."""
    total = counts[_ORDER.index(position.phase)]
    return f"{position} {PHASES[position.phase]} {position.op}/{total}"


def strip(position: Position, counts: Counts, width: int) -> Row:
    """Give the time axis of one update, `├f▓▓▓▓▓│b▓▓▸··│u·┤`: done, here, still to come.

    Each phase has a cell an op while they fit, else a share of the width; a phase without ops keeps its letter.
    """
    cells = _cells(counts, max(0, width - 7))
    runs = [("├", "dim")]
    here = _ORDER.index(position.phase)
    for i, letter in enumerate(_ORDER):
        runs.append((letter, "here" if i == here else "dim"))
        done = counts[i] if i < here else position.op if i == here else 0
        runs += _phase(done, counts[i], cells[i], i == here)
        runs.append(("│" if i < 2 else "┤", "dim"))
    return row(*runs)


def _phase(done: int, total: int, cells: int, here: bool) -> list[tuple[str, str]]:
    """Give the cells of one phase."""
    if cells == 0:
        return [("▸", "here")] if here else []
    filled = cells if done >= total else min(cells - 1, done * cells // max(total, 1))
    if not here:
        return [("▓" * filled, "done"), ("·" * (cells - filled), "dim")]
    if done >= total:
        return [("▓" * max(0, cells - 1), "done"), ("▸", "here")]
    return [("▓" * filled, "done"), ("▸", "here"), ("·" * (cells - filled - 1), "dim")]


def _cells(counts: Counts, room: int) -> tuple[int, ...]:
    """Give the cells of each phase: one an op while they fit, else by share with at least one for a phase that has ops."""
    total = sum(counts)
    if total <= room:
        return counts
    return tuple(max(1, room * count // total) if count else 0 for count in counts)
