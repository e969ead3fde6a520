"""How the lab thread goes from place to place on the time axis: marks, stops, findings, headings of the lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gradlab.axis.position import Position
from gradlab.tui.lessonthread import LessonThread
from gradlab.tui.retrace import Returning
from gradlab.tui.tasks import Kind

if TYPE_CHECKING:
    from gradlab.lab.teach.lesson import Place
    from gradlab.session import Lab


class PlaceThread(Returning, LessonThread):
    """The part of the lab thread that goes to the next place, or to the one before."""

    def _put(self, run: Callable[[], None], kind: Kind = "other") -> None:
        raise NotImplementedError

    def to_line(self, number: int, ways: str) -> None:
        """Run the lesson up to a line and the line itself, or go back to where it began. ways: as for `next_stop`."""
        self._put(lambda: self._to_line(number, ways), "deed")

    def place(self, by: int, ways: str) -> None:
        """Go to the next place on the time axis where something is, or with -1 to the one before. ways: as for `next_stop`."""
        self._put(lambda: self._place(by, ways), "deed")

    def _place(self, by: int, ways: str) -> None:
        """Go to the next place where something is, or to the one before; say that there is none.

        What comes in the lesson has no position before it has run: the next heading is gone to where nothing else lies ahead.
        """
        lab = self._lab
        assert lab is not None
        names = ("place-next", "place-before") if by > 0 else ("place-before", "place-next")
        here = lab.position
        if (back := self._retrace.pop(names[1], here)) is not None:
            self._go_back(back)
        elif by > 0:
            ahead = min((place for place in places(lab) if place > here), default=None)
            if ahead is not None:
                self._do(f"goto {ahead}", names[0])
            else:
                self._next_heading(lab, ways)
        else:
            self._place_before(lab, here, names[0])

    def _next_heading(self, lab: Lab, ways: str) -> None:
        wanted = next((place for place in lab.places() if place[0] == "page" and place[1] >= max(1, lab.turned)
                       and is_heading(lab, place)), None)  # fmt: skip
        if wanted is None:
            self._say("info", "no mark, stop or finding is ahead in this update, and no heading in the lesson")
        else:
            self._onward(lambda lab: lab.turned > wanted[1], ways)

    def _place_before(self, lab: Lab, here: Position, name: str) -> None:
        """Go to the nearest place before; of a heading, to how everything was when one read it."""
        before = max((place for place in places(lab) if place < here), default=None)
        stood = [
            (number, at) for number, (stop, at) in enumerate(self._trail.stood())
            if (stop, at) != (lab.here, here) and at <= here and is_heading(lab, stop)
        ]  # fmt: skip
        if stood and (before is None or stood[-1][1] >= before):
            self._back_to(stood[-1][0])
        elif before is not None:
            self._do(f"goto {before}", name)
        else:
            self._say("info", "no mark, stop or finding lies before this, and no heading of the lesson")


def places(lab: Lab) -> Iterator[Position]:
    """Yield the places of this run that are known: its marks, where it stops in this update, and where findings came up."""
    yield from lab.marks.values()
    yield from lab.stops.places(lab)
    timeline = lab.run.timeline
    for one in lab.findings():
        update = lab.position.update if one.update < 0 else one.update
        orders = {phase: timeline.order(update, phase) for phase in ("f", "u")}
        made = ((phase, order.index(one.node) + 1) for phase, order in orders.items() if one.node in order)
        if (place := next(made, None)) is not None or one.update >= 0:
            yield timeline.normal(Position(update, *(place or ("f", 0))))


def is_heading(lab: Lab, place: Place) -> bool:
    """Return whether a stop of the lesson is a page that begins with a heading; the first page is where it begins."""
    return place == ("line", -1) or (place[0] == "page" and lab.page_text(place[1]).lstrip().startswith("#"))
