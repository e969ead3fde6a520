"""The time that the stops of a lesson stand when it plays by itself: of people who read, not of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from gradlab.lab.teach.lesson import PASSING, Place

if TYPE_CHECKING:
    from gradlab.session import Lab

LETTER, LEAST_PAGE, LINE = 0.06, 1.2, 0.8
"""Seconds of a letter of prose, of a page at least, and of a line of the script."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One stop. seconds: how long it stands.   asks: whether it is a question.   text: of the line, or the page's first words.

    heading: of the page, if it begins with one, or "".
    """

    place: Place
    seconds: float
    text: str
    asks: bool = False
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """All stops of a lesson. at: how many are behind the reader, the present one included."""

    beats: tuple[Beat, ...]
    at: int = 0

    @property
    def here(self) -> Beat | None:
        """The present stop; None before the first."""
        return self.beats[self.at - 1] if self.at else None

    @property
    def elapsed(self) -> float:
        """Seconds before the present stop."""
        return sum(beat.seconds for beat in self.beats[: max(0, self.at - 1)])

    @property
    def total(self) -> float:
        """Seconds of all stops."""
        return sum(beat.seconds for beat in self.beats)

    @property
    def starts(self) -> Sequence[float]:
        """When each stop begins."""
        return list(accumulate((beat.seconds for beat in self.beats[:-1]), initial=0.0)) if self.beats else ()


def timing_of(lab: Lab) -> Timing:
    """Return the stops of a lesson, and at which of them the reader is."""
    beats = tuple(_beat(lab, place) for place in lab.places() if not _passes(lab, place))
    places = [beat.place for beat in beats]
    here = lab.reached() | {("page", 0)}  # the first page is in sight from the beginning
    return Timing(beats, max((n for n, place in enumerate(places, 1) if place in here), default=0))


def _passes(lab: Lab, place: Place) -> bool:
    return place[0] == "line" and lab.roles()[place[1]].part in PASSING


def _beat(lab: Lab, place: Place) -> Beat:
    kind, number = place
    if kind == "page":
        text = lab.page_text(number)
        first = text.strip().split("\n", 1)[0]
        heading = first.lstrip("#").strip() if first.startswith("#") else ""
        return Beat(place, max(LEAST_PAGE, LETTER * len(text)), heading or first, heading=heading)
    statement, role = lab.script[number], lab.roles()[number]
    if role.part == "question":
        return Beat(place, max(LEAST_PAGE, LETTER * len(role.text)), role.text, asks=True)
    return Beat(place, _pause(statement.word, statement.rest.text), role.text)


def _pause(word: str, rest: str) -> float:
    """Return how long a line stands: `pause 2` two seconds, any other the same."""
    try:
        return float(rest) if word == "pause" and rest.strip() else LINE
    except ValueError:
        return LINE
