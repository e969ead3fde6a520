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

    @property
    def behind(self) -> LookedAt | None:
        """What was looked at before."""
        return self._behind[-1] if self._behind else None

    @property
    def ahead(self) -> LookedAt | None:
        """What was gone back from."""
        return self._ahead[-1] if self._ahead else None


class Looking(Bench):
    """The part of the laboratory that goes back to where one looked."""

    sights: Sights

    def see(self, follows: bool = False) -> None:
        """Take note of what is looked at now."""
        if self.moment.focus >= 0:
            self.sights.see(LookedAt(self.moment.focus, self.moment.element, self.chosen), follows)

    def do_look_back(self) -> None:
        """Look where one looked before."""
        if not self.panels[self.chosen].go_back():
            self._look_at(self.sights.behind, "this is where you looked first")

    def do_look_on(self) -> None:
        """Look where one had gone back from."""
        self._look_at(self.sights.ahead, "you have not gone back from anywhere")

    def _look_at(self, sight: LookedAt | None, otherwise: str) -> None:
        if sight is None:
            self.tell(otherwise)
            return
        self.sights.see(sight)
        if sight.panel != self.chosen:
            self.choose(sight.panel)
        if self.thread is not None:
            self.thread.look(sight.node, sight.element, self._requests())
