"""Looking back to where one looked before, as a browser does."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.tui.screens.bench import Bench

LIMIT = 200


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What is looked at: an element of a node, through a panel."""

    node: int
    element: int
    panel: str


class Sights:
    """What was looked at, in order, and a place among it."""

    def __init__(self) -> None:
        self._behind: list[LookedAt] = []
        self._ahead: list[LookedAt] = []
        self._followed = False
        self.now: LookedAt | None = None

    def see(self, sight: LookedAt, follows: bool = False) -> None:
        """Take note of what is looked at now; what was gone back from is forgotten, unless one goes there again.

        follows: whether it is only looked at because the run moved there; of a walk, its last place counts.
        """
        if sight == self.now:
            return
        followed, self._followed = self._followed, follows
        if follows and followed:
            self.now = sight
        elif self._behind and sight == self._behind[-1]:
            self._behind.pop()
            self._ahead += [self.now] if self.now else []
        elif self._ahead and sight == self._ahead[-1]:
            self._ahead.pop()
            self._behind += [self.now] if self.now else []
        else:
            self._behind = [*self._behind, *([self.now] if self.now else [])][-LIMIT:]
            self._ahead.clear()
        self.now = sight

    def back(self, here: LookedAt) -> LookedAt | None:
        """Go back to what was looked at before and is not what is looked at here; return it, or None if there is none."""
        return self._go(self._behind, self._ahead, here)

    def on(self, here: LookedAt) -> LookedAt | None:
        """Go to what was gone back from, in the same way."""
        return self._go(self._ahead, self._behind, here)

    def _go(self, source: list[LookedAt], target: list[LookedAt], here: LookedAt) -> LookedAt | None:
        while source:
            sight = source.pop()
            target += [self.now] if self.now is not None and self.now != sight else []
            self.now = sight
            if sight != here:
                return sight
        return None


class Looking(Bench):
    """The part of the laboratory that goes back to where one looked."""

    sights: Sights

    def see(self, follows: bool = False) -> None:
        """Take note of what is looked at now."""
        if self.moment.focus >= 0:
            self.sights.see(self._here, follows)

    def do_look_back(self) -> None:
        """Look where one looked before."""
        if not self.panels[self.chosen].go_back():
            self._look_at(self.sights.back(self._here), "this is where you looked first")

    def do_look_on(self) -> None:
        """Look where one had gone back from."""
        self._look_at(self.sights.on(self._here), "you have not gone back from anywhere")

    @property
    def _here(self) -> LookedAt:
        return LookedAt(self.moment.focus, self.moment.element, self.chosen)

    def _look_at(self, sight: LookedAt | None, otherwise: str) -> None:
        if sight is None:
            self.tell(otherwise)
            return
        if sight.panel != self.chosen:
            self.choose(sight.panel)
        if self.thread is not None:
            self.thread.look(sight.node, sight.element, self._requests())
