"""The position on the time axis, in words and as a strip."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from gradlab.axis.position import Position
from gradlab.draw.ink import Row, row
from gradlab.lab.snapshot import Snapshot

PHASES = {"f": "forward", "b": "backward", "u": "update"}
_ORDER = "fbu"

Counts = tuple[int, int, int]


def words(position: Position, counts: Counts) -> str:
    """Return the position in words: "update 0 ▸ backward ▸ 3 of 5 ops done"."""
    total = counts[_ORDER.index(position.phase)]
    return f"update {position.update:,} ▸ {PHASES[position.phase]} ▸ {position.op:,} of {total:,} ops done"


def short_words(position: Position, counts: Counts) -> str:
    """Return the position in few words: "0.b.3 backward 3/5"."""
    total = counts[_ORDER.index(position.phase)]
    return f"{position} {PHASES[position.phase]} {position.op}/{total}"


Signs = tuple[tuple[Position, str, str], ...]
"""What stands at positions of this update: position, sign, role; a later one covers an earlier one."""


def signs_of(snapshot: Snapshot) -> Signs:
    """Return the signs of a moment: `▏` a checkpoint, `◆` a mark, `●` a breakpoint."""
    update = snapshot.position.update
    marks = [at for _, at in snapshot.marks if at.update == update]
    kinds = ((snapshot.checkpoints, "▏", "dim"), (marks, "◆", "key"), (snapshot.stops, "●", "bad"))
    return tuple((at, sign, role) for places, sign, role in kinds for at in places)


def strip(position: Position, counts: Counts, width: int, signs: Signs = ()) -> Row:
    """Return the time axis of one update, `├f▓▓▓▓▓│b▓▓▸·●│u·┤`: done, here, still to come, and what stands there.

    Each phase has a cell an op while they fit, else a share of the width; a phase without ops keeps its letter. A sign of
    a position covers the cell of the op behind which it is, but for the cell of the cursor.
    """
    cells = _cells(counts, max(0, width - 7))
    runs = [("├", "dim")]
    here = _ORDER.index(position.phase)
    for i, letter in enumerate(_ORDER):
        runs.append((letter, "here" if i == here else "dim"))
        done = counts[i] if i < here else position.op if i == here else 0
        own = {_cell(at.op, counts[i], cells[i]): (sign, role) for at, sign, role in signs if at.phase == letter}
        runs += _signed(_phase(done, counts[i], cells[i], i == here), own)
        runs.append(("│" if i < 2 else "┤", "dim"))
    return row(*runs)


def _cell(op: int, total: int, cells: int) -> int:
    """Return the cell of the op behind which a position is."""
    return min(cells - 1, max(0, op - 1) * cells // max(total, 1))


def _signed(runs: list[tuple[str, str]], signs: dict[int, tuple[str, str]]) -> list[tuple[str, str]]:
    """Put signs over the cells of a phase."""
    if not signs:
        return runs
    cells = [(cell, role) for text, role in runs for cell in text]
    covered = [one if one[0] == "▸" else signs.get(i, one) for i, one in enumerate(cells)]
    return [("".join(cell for cell, _ in group), role) for role, group in groupby(covered, key=itemgetter(1))]


def _phase(done: int, total: int, cells: int, here: bool) -> list[tuple[str, str]]:
    """Return the cells of one phase."""
    if cells == 0:
        return [("▸", "here")] if here else []
    filled = cells if done >= total else min(cells - 1, done * cells // max(total, 1))
    if not here:
        return [("▓" * filled, "done"), ("·" * (cells - filled), "dim")]
    if done >= total:
        return [("▓" * max(0, cells - 1), "done"), ("▸", "here")]
    return [("▓" * filled, "done"), ("▸", "here"), ("·" * (cells - filled - 1), "dim")]


def _cells(counts: Counts, room: int) -> tuple[int, ...]:
    """Return the cells of each phase: one an op while they fit, else by share with at least one for a phase that has ops."""
    total = sum(counts)
    if total <= room:
        return counts
    return tuple(max(1, room * count // total) if count else 0 for count in counts)
