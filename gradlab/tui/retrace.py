"""The way back: where the run stood and what was looked at before each key that moved it.

A key's reverse leads to exactly where the key was pressed, as long as one still stands where it led; otherwise it goes back by
as much as its name says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.axis.position import Position
from gradlab.lab.snapshot import Snapshot
from gradlab.tui.eyes import Eyes
from gradlab.tui.keymap import Command
from gradlab.tui.moment import Moment

if TYPE_CHECKING:
    from gradlab.session import Lab

LIMIT = 1000
NAMES = {"run": "until", "train": "train"}
"""The commands whose lines a person finishes, by the first word of the line."""


@dataclass(frozen=True, slots=True)
class StoodAt:
    """Where the run stands, and what is looked at."""

    position: Position
    focus: int
    element: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One move. name: of the command, or the first word of a line that was typed."""

    name: str
    before: StoodAt
    after: StoodAt


class Retrace:
    """The moves of a session, oldest first."""

    def __init__(self) -> None:
        self._moves: list[Moved] = []

    def keep(self, name: str, before: StoodAt, after: StoodAt) -> None:
        """Keep a move."""
        self._moves = [*self._moves, Moved(name, before, after)][-LIMIT:]

    def pop(self, name: str, at: Position) -> StoodAt | None:
        """Return where one stood before the last move, if it was made by that name and led to here, and forget it."""
        if self._moves and self._moves[-1].name == name and self._moves[-1].after.position == at:
            return self._moves.pop().before
        return None

    def before(self, name: str) -> StoodAt | None:
        """Return where one stood before the last move by a name, however long ago, and forget it."""
        for place in reversed(range(len(self._moves))):
            if self._moves[place].name == name:
                return self._moves.pop(place).before
        return None


class Returning:
    """The part of the lab thread that does what keys stand for, and goes back to where they were pressed."""

    _eyes: Eyes
    _lab: Lab | None

    _retrace: Retrace

    def _press(self, command: Command) -> None:
        """Run the line of a key, or say why it cannot be done now; a reverse leads to where its key was pressed."""
        assert self._lab is not None and command.line is not None
        moment = self._moment(self._seen(), {})
        if why := command.why_not(moment):
            self._say("info", why)
        elif (back := self._retrace.pop(command.reverse, self._lab.position)) is not None:
            self._go_back(back, command.line(moment))
        else:
            self._do(command.line(moment), command.name)

    def _before(self, name: str) -> None:
        """Go back to before the last move by a name, or say that there is none."""
        found = self._retrace.before(name)
        if found is None:
            self._say("info", "nothing was trained before this" if name == "train" else "nothing was run before this")
        else:
            self._go_back(found)

    def _go_back(self, to: StoodAt, line: str = "") -> None:
        """Stand where one stood, and look where one looked. line: that of the key, which is taken if it leads there."""
        self._do(line if self._leads(line) == to.position else f"goto {to.position}", "")
        self._eyes = Eyes(to.focus, to.element, self._eyes.requests)

    def _do(self, action: str, name: str | None = None) -> None:
        """Run one action line. name: what the move is kept by, for its reverse: of the line's word, or "" for not at all."""
        before = self._standing()
        self._run_line(action)
        after = self._standing()
        if after.position != before.position and name != "":
            self._retrace.keep(name or NAMES.get(action.split(" ", maxsplit=1)[0], ""), before, after)

    def _leads(self, line: str) -> Position | None:
        """Return where a line `back UNIT` leads, and None for another line."""
        assert self._lab is not None
        word, _, unit = line.partition(" ")
        return self._lab.run.timeline.back(self._lab.position, unit or "op", 1) if word == "back" else None

    def _standing(self) -> StoodAt:
        assert self._lab is not None
        return StoodAt(self._lab.position, self._eyes.focus, self._eyes.element)

    def _run_line(self, action: str) -> None:
        raise NotImplementedError

    def _moment(self, snapshot: Snapshot, pictures: Mapping[str, object]) -> Moment:
        raise NotImplementedError

    def _seen(self) -> Snapshot:
        raise NotImplementedError

    def _say(self, kind: str, text: str) -> None:
        raise NotImplementedError
