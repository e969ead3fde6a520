"""The time axis in one row: the whole run, and the phases of this update. Each cell leads to its position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite, log10

from gradlab.axis.position import Position
from gradlab.draw.ink import Goal, Linked, Row, Run, fit, row
from gradlab.draw.spark import spark
from gradlab.lab.hidden import HIDDEN, is_unseen
from gradlab.lab.snapshot import Snapshot

Counts = tuple[int, int, int]
Signs = tuple[tuple[Position, str, str], ...]
"""What stands at positions: position, sign, role; a later one covers an earlier one."""

ORDER = "fbu"
STEEP = 20.0
"""Losses that differ by more than this factor are drawn by their logarithms."""
LONGEST_NAME = 8
"""Cells of the name of a loss at most."""
FEWEST = 6
"""Cells of the run's losses at least."""


def time_strip(snapshot: Snapshot, width: int, met: Iterable[int] = ()) -> Row:
    """Return the run, where there is more than one update, and behind it the phases of this update.

    met: the updates in which a breakpoint was met.
    """
    known = last_update(snapshot)
    own = signs_of(snapshot)
    if known < 1:
        return strip(snapshot.position, snapshot.counts, width, own)
    of_run = run_strip(snapshot, max(width * 3 // 5, FEWEST + 7 + len(f"{known:,}")), met)
    return (*of_run, (" ", ""), *strip(snapshot.position, snapshot.counts, max(14, width - width * 3 // 5 - 1), own))


def last_update(snapshot: Snapshot) -> int:
    """Return the last update of which something is known: where the run stands, its last loss, or a mark."""
    losses = [update for update, _ in snapshot.losses[-1:]]
    return max([snapshot.position.update, *losses, *(at.update for _, at in snapshot.marks)])


def run_strip(snapshot: Snapshot, width: int, met: Iterable[int] = ()) -> Row:
    """Return the run, `├ 0 ▁▁▁◆▁●▁▁▸ 1,240 ┤`: the loss as height, `◆` a mark, `●` a breakpoint that was met, `▸` here.

    A cell is one update or several; it leads to the beginning of the first. Of several losses the first is drawn, with its
    name: `├ d 0 ▁▁▁ …`.
    """
    last = last_update(snapshot)
    name, losses = snapshot.curves[0] if snapshot.objectives > 1 and snapshot.curves else ("", snapshot.losses)
    named = f"{fit(name, min(len(name), LONGEST_NAME))} " if name else ""
    cells = min(last + 1, max(FEWEST, width - 7 - len(f"{named}{last:,}")))
    firsts = [-(-i * (last + 1) // cells) for i in range(cells)]
    drawn = [(glyph, "curve") for glyph in _heights(losses, firsts, last)]
    signs = [(at.update, "◆", "key") for _, at in snapshot.marks]
    signs += [(update, "●", "bad") for update in met if update <= last]
    for update, sign, role in (*signs, (snapshot.position.update, "▸", "here")):
        drawn[min(cells - 1, update * cells // (last + 1))] = (sign, role)
    linked = [_leading(glyph, role, Position(first)) for (glyph, role), first in zip(drawn, firsts, strict=True)]
    return row(("├ ", "dim"), (named, ""), ("0 ", "dim"), *linked, (f" {last:,} ┤", "dim"))


def _heights(losses: Sequence[tuple[int, float]], firsts: Sequence[int], last: int) -> str:
    """Return a block for each cell: its last loss; a hidden one is `?`, one that there is not is `·`."""
    found: list[float | None] = [None] * len(firsts)
    for update, loss in losses:
        found[min(len(firsts) - 1, update * len(firsts) // (last + 1))] = loss
    known = [loss for loss in found if loss is not None and isfinite(loss)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    steep = low > 0 and high > STEEP * low
    scaled = [log10(loss) if steep and loss is not None and isfinite(loss) else loss for loss in found]
    if steep:
        low, high = log10(low), log10(high)
    return "".join("·" if one is None else HIDDEN if is_unseen(one) else spark([one], low, high)[0] for one in scaled)


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
    here = ORDER.index(position.phase)
    for i, letter in enumerate(ORDER):
        runs.append(_leading(letter, "here" if i == here else "dim", Position(position.update, letter)))
        done = counts[i] if i < here else position.op if i == here else 0
        drawn = _phase(done, counts[i], cells[i], i == here)
        for at, sign, role in signs:
            cell = _cell(at.op, counts[i], cells[i])
            if at.phase == letter and cell < len(drawn) and drawn[cell][0] != "▸":
                drawn[cell] = (sign, role)
        ops = [-(-k * counts[i] // cells[i]) + 1 for k in range(cells[i])]
        runs += [_leading(*one, Position(position.update, letter, op)) for one, op in zip(drawn, ops, strict=False)]
        runs += [drawn[k] for k in range(cells[i], len(drawn))]
        runs.append(("│" if i < 2 else "┤", "dim"))
    return tuple(runs)


def place_at(line: Row, x: int) -> str:
    """Return the position that a cell of a strip stands for, or ""."""
    left = 0
    for text, role in line:
        left += len(text)
        if x < left:
            return role.goal.line.removeprefix("goto ") if isinstance(role, Linked) else ""
    return ""


def _leading(glyph: str, role: str, at: Position) -> Run:
    return glyph, Linked(role, Goal(line=f"goto {at}"))


def _cell(op: int, total: int, cells: int) -> int:
    """Return the cell of the op behind which a position is."""
    return min(cells - 1, max(0, op - 1) * cells // max(total, 1))


def _phase(done: int, total: int, cells: int, here: bool) -> list[Run]:
    """Return the cells of one phase, each with its role."""
    if cells == 0:
        return [("▸", "here")] if here else []
    filled = cells if done >= total else min(cells - 1, done * cells // max(total, 1))
    if here:
        filled = min(filled, cells - 1)
        return [*[("▓", "done")] * filled, ("▸", "here"), *[("·", "dim")] * (cells - filled - 1)]
    return [*[("▓", "done")] * filled, *[("·", "dim")] * (cells - filled)]


def _cells(counts: Counts, room: int) -> tuple[int, ...]:
    """Return the cells of each phase: one an op while they fit, else by share with at least one for a phase that has ops.

    The ops of an optimizer are many and alike: the phase of the update never has more than half.
    """
    if sum(counts) <= room:
        return counts
    shares = (counts[0], counts[1], min(counts[2], max(1, counts[0] + counts[1])))
    return tuple(max(1, room * share // sum(shares)) if share else 0 for share in shares)
