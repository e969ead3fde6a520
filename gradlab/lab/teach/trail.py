"""The way back through a lesson: how a laboratory stood before each stop, so that a stop can be taken back whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.axis.journal import Deed
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.lab.outcome import Line

if TYPE_CHECKING:
    from gradlab.lab.teach.lesson import Place
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Standing:
    """How a laboratory stood. deeds: of its journal.   The others are those of the laboratory."""

    position: Position
    deeds: tuple[Deed, ...]
    cursor_line: int
    turned: int
    here: Place
    focus: int
    flow: Mapping[int, tuple[Line, ...]]
    marks: Mapping[str, Position]
    breakpoints: tuple[Any, ...]
    watches: tuple[Any, ...]


class Trail:
    """The stops that were taken, in their order."""

    def __init__(self) -> None:
        self._behind: list[Standing] = []

    def keep(self, lab: Lab) -> None:
        """Keep how a laboratory stands before its next stop."""
        self._behind.append(
            Standing(
                lab.position, tuple(lab.journal.deeds), lab.cursor_line, lab.turned, lab.here, lab.focus, dict(lab.flow),
                dict(lab.marks), tuple(lab.stops.breakpoints), tuple(lab.stops.watches),
            )
        )  # fmt: skip

    def back(self, lab: Lab) -> None:
        """Bring a laboratory back to how it stood before the last stop. Raises ActionError at the beginning.

        What the stop wrote is taken back, and what it took back is written again.
        """
        if not self._behind:
            raise ActionError("this is the beginning")
        self.back_to(lab, len(self._behind) - 1)

    def before_line(self, number: int) -> int:
        """Return the number of the last stop before which a statement of the script had not run, or -1 for none."""
        return next((k for k in reversed(range(len(self._behind))) if self._behind[k].cursor_line <= number), -1)

    def stood(self) -> list[tuple[Place, Position]]:
        """Return where the reader and the run stood before each stop."""
        return [(one.here, one.position) for one in self._behind]

    def back_to(self, lab: Lab, stop: int) -> None:
        """Bring a laboratory back to how it stood before a stop; those behind it are taken back, too."""
        before = self._behind[stop]
        del self._behind[stop:]
        lab.question = None
        lab.become(before.deeds, before.position)
        lab.cursor_line, lab.turned, lab.here, lab.focus = before.cursor_line, before.turned, before.here, before.focus
        lab.flow, lab.marks = dict(before.flow), dict(before.marks)
        lab.stops.breakpoints[:], lab.stops.watches[:] = before.breakpoints, before.watches
        lab.touch()
