"""What goes between the lab thread and the screen: a `View` down (what is looked at), a `Moment` up (what there is to see)."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
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

    @property
    def texts(self) -> tuple[str, ...]:
        """The action, and each line."""
        return self.action, *(line.text for line in self.lines)

    def told(self, texts: Iterable[str]) -> Said:
        """Return the same in other words: of the action, and of each line."""
        action, *others = texts
        lines = tuple(replace(line, text=text) for line, text in zip(self.lines, others, strict=True))
        return replace(self, action=action, outcome=replace(self.outcome, lines=lines))


ABOUT = ("right", "wrong")
"""Kinds of lines about an answer: they tell what was given."""


def without_hidden(said: tuple[Said, ...], hide: Callable[[tuple[str, ...]], tuple[str, ...]]) -> tuple[Said, ...]:
    """Return what was said without what the open question asks for. hide: takes that out of texts.

    What was said to answers since it was asked stays.
    """
    asked = max((number for number, one in enumerate(said) if any(line.kind == "quiz" for line in one.lines)), default=-1)
    return tuple(
        one if number >= asked and any(line.kind in ABOUT for line in one.lines) else one.told(hide(one.texts))
        for number, one in enumerate(said)
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that the screen shows.

    pictures: by panel, what its request gave.   work: what is running.
    actions: the words that begin an action line.   quiz: the question that waits for another answer, since what was typed is
    none, or "".   turned: whether a page of the lesson was turned.   at_stake: what leaving would lose, and that it would; None
    for nothing.   has_lesson: whether there is prose or a script.   failed: numbers of the lesson's statements whose claim did
    not hold when they ran last.
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
    at_stake: tuple[str, str] | None = None
    has_lesson: bool = True
    failed: tuple[int, ...] = ()

    @property
    def node(self) -> NodeInfo | None:
        """The node that is looked at."""
        return self.nodes[self.focus] if 0 <= self.focus < len(self.nodes) else None
