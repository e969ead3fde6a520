"""What leaving would lose where nothing is kept: updates that a person has trained and edits that they have made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from gradlab.axis.journal import Deed, Edit, Lasting, Turn


@dataclass(slots=True)
class Stake:
    """What was done since it was last saved, apart from what lines of the lesson did: they can be run again.

    updates: how many were trained, wherever the run stands now.   edits: what was changed and not taken back.
    """

    updates: int = 0
    edits: int = 0
    _reached: int = 0
    _here: int = 0
    _known: dict[int, Deed] = field(default_factory=dict)
    _deeds: tuple[int, ...] = ()

    def note(self, made: int, deeds: Collection[Deed], *, mine: bool, saved: bool = False) -> None:
        """Take note of an action. made: the updates before the run now.   deeds: those in the journal.   mine: of a person.

        An edit where the run stands makes the updates behind it others, which have not been trained.
        """
        now = tuple(map(id, deeds))
        before = self._reached if now == self._deeds else min(self._reached, self._here)
        self._reached, self._here, self._deeds = max(before, made), made, now
        self.updates = min(self.updates, before) + (self._reached - before if mine else 0)
        if saved:
            self.updates = 0
        if saved or not mine:
            self._known = {id(deed): deed for deed in deeds}
        self.edits = sum(id(deed) not in self._known and _changes(deed) for deed in deeds)

    def told(self) -> tuple[str, str] | None:
        """Return what would be lost, and that it would; None for nothing."""
        edits = "what was edited" if self.edits else ""
        updates = f"{self.updates:,} update{'s' * (self.updates != 1)}" if self.updates else ""
        if not edits and not updates:
            return None
        are = self.updates > 1 or (edits and updates)
        return " and ".join(filter(None, (edits, updates))), f"{'are' if are else 'is'} kept nowhere"


def _changes(deed: Deed) -> bool:
    """Whether a deed changes numbers, and not only which of them are worked out next."""
    return isinstance(deed, (Edit, Lasting)) and not isinstance(deed, Turn)
