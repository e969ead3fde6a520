"""What was taken back, so that it can be done again until something else is edited."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.axis.journal import Deed
from gradlab.axis.position import Position
from gradlab.lab.left import LeftRun


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An edit that was taken back.

    text: as it was said.   deeds: the journal with it.   at: where the run stood before it was taken back.   behind: and after.
    left: the run that began with it, where it was one that begins a run; the deeds are empty then.
    """

    text: str
    deeds: tuple[Deed, ...]
    at: Position
    behind: Position
    left: LeftRun | None = None
