"""The row that shows how far a lesson has been played: buttons, speed, time, and a track with the questions on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.draw.ink import Row, row, width_of

if TYPE_CHECKING:
    from gradlab.lab.teach.timing import Timing

STATES = {"plays": ("▶", "here"), "stands": ("▮▮", "strong"), "waits": ("◇", "warn"), "ended": ("■", "strong")}
"""What the player does, with its sign and the role of the text."""
LEAST = 12
"""Cells of the track at least."""


def clock(seconds: float) -> str:
    """Return minutes and seconds: `3:40`."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def transport_row(timing: Timing, speed: float, state: str, width: int) -> Row:
    """Return the row in at most `width` cells. state: one of STATES; it "waits" for an answer."""
    mark, role = STATES[state]
    left = row((f" {mark} {state} ", role), (f" ×{speed:g}  ", "dim"))
    counted = row((f"  {timing.at}/{len(timing.beats)}", "dim"))
    times = row((f" {clock(timing.total / speed)}", "dim"))
    elapsed = row((clock(timing.elapsed / speed), "strong"), (" ", ""))
    room = width - width_of(left) - width_of(elapsed) - width_of(times) - width_of(counted)
    track = () if room < LEAST else _track(timing, room)
    return (*left, *elapsed, *track, *times, *counted)


def _track(timing: Timing, width: int) -> Row:
    """Return a line from the first stop to the last: what is behind, where the reader is, headings and questions to come."""
    total = timing.total or 1.0
    cells = ["─"] * (width - 2)
    place = [min(width - 3, int(start / total * (width - 2))) for start in timing.starts]
    for beat, at in zip(timing.beats, place, strict=True):
        if beat.asks:
            cells[at] = "◇"
        elif beat.heading and cells[at] == "─":
            cells[at] = "┬"
    done = place[timing.at - 1] if timing.at else 0
    behind = "".join("━" if cell == "─" else cell for cell in cells[:done])
    return row(("├", "dim"), (behind, "done"), ("▸", "here"), ("".join(cells[done + 1 :]), "dim"), ("┤", "dim"))
