"""What goes between the lab thread and the screen: a `View` down (what is looked at), a `Moment` up (what there is to see)."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradlab.lab.outcome import Line, Outcome
from gradlab.lab.snapshot import NodeInfo, Snapshot
from gradlab.lab.working import Work

if TYPE_CHECKING:
    from gradlab.session import Lab

Element = int
"""The flat number of an element of a node, in C order."""


def internal(error: Exception) -> str:
    """Return a text for something of ours that went wrong, with its place."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"internal error: {type(error).__name__}: {error} ({place.name}, line {place.lineno})"


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture is made from: the snapshot, and the node and element that a person looks at."""

    snapshot: Snapshot
    focus: int
    element: Element


Request = Callable[["Lab", Look], Any]
"""Asks the laboratory for what one panel shows; runs in the lab thread, and keeps nothing of the widget but numbers."""


@dataclass(frozen=True, slots=True)
class Said:
    """An action line and what came of it.

    error: what went wrong in one line, or "".   at: the position behind it, or "".   scripted: whether it is one of the lesson.
    long: whether it took so long that somebody may have looked away, or has.
    """

    action: str
    outcome: Outcome = field(default_factory=Outcome)
    error: str = ""
    at: str = ""
    scripted: bool = False
    long: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the laboratory said."""
        return self.outcome.lines


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that the screen shows.

    pictures: by panel, what its request gave.   work: what is running.
    actions: the words that begin an action line.   quiz: the question that waits for an answer now, or "".   turned: whether a
    page of the lesson was turned.   kept: whether what is done is kept, so that leaving loses nothing.
    """

    title: str = ""
    snapshot: Snapshot = field(default_factory=Snapshot)
    nodes: tuple[NodeInfo, ...] = ()
    focus: int = -1
    element: Element = 0
    pictures: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    work: Work = field(default_factory=Work)
    actions: tuple[str, ...] = ()
    quiz: str = ""
    turned: bool = False
    kept: bool = False

    @property
    def node(self) -> NodeInfo | None:
        """The node that is looked at."""
        return self.nodes[self.focus] if 0 <= self.focus < len(self.nodes) else None

    @property
    def at_stake(self) -> tuple[str, str] | None:
        """What leaving would lose, and that it would: edits, or a training; None without any, and where all is kept."""
        if self.kept:
            return None
        if self.snapshot.can_undo:
            return "what was edited", "is kept nowhere"
        if len(self.snapshot.losses) > 1:
            return f"{self.snapshot.position.update:,} updates", "are kept nowhere"
        return None
