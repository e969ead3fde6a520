"""The plots that are open in a laboratory: they keep their numbers and are drawn wherever the run stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gradlab.draw.ink import Row, clip, dump, row, wrap
from gradlab.draw.plots._glyphs import in_ascii
from gradlab.draw.plots._plot import Blank, Paper, Picture, Plot, note_rows
from gradlab.errors import ActionError
from gradlab.lab.hidden import HIDDEN, HiddenError

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST = 16
"""Plots that are open at once."""
FEW = 8
"""Runs that a row of text has at most."""


class Drawing(Protocol):
    """Whatever draws pictures."""

    @property
    def rows(self) -> Callable[[Any, Paper], Sequence[Row]]:
        """Give what draws one, in at most the cells of the paper where it can."""
        ...


@dataclass(slots=True, eq=False)
class OpenPlot:
    """One that is open. text: as it was written behind `plot`.   first: its picture when it was said last, if there was one.

    asked: where the laboratory stood and the paper that the last picture was for.   last: that picture.
    """

    number: int
    kind: Plot
    arguments: Any
    text: str
    first: Picture | None = None
    asked: Any = None
    last: Picture | None = None

    def picture(self, lab: Lab, paper: Paper) -> Picture:
        """Return its picture where the laboratory stands. Raises ActionError."""
        key = lab.version, lab.position, lab.question is None, paper.width, paper.height, paper.ink
        if self.last is None or self.asked != key:
            self.last, self.asked = self._asked(lab, paper), key
        return self.last

    def _asked(self, lab: Lab, paper: Paper) -> Picture:
        try:
            found = self.kind.ask(lab, self.arguments, paper)
        except HiddenError as error:
            return Blank(f"{HIDDEN}  {error}", ())
        if self.kind.beside is None or self.first is None or isinstance(self.first, Blank):
            return found
        return self.kind.beside(found, self.first)


class OpenPlots(Sequence[OpenPlot]):
    """All that are open, in the order of their numbers. shown: the one that was opened last, or shown again.

    pinned: those that stay in sight beside it.
    """

    def __init__(self) -> None:
        self._open: list[OpenPlot] = []
        self.shown = 0
        self.pinned: tuple[int, ...] = ()

    def __getitem__(self, place: Any) -> Any:
        return self._open[place]

    def __len__(self) -> int:
        return len(self._open)

    def open(self, kind: Plot, arguments: Any, text: str) -> OpenPlot:
        """Open a plot, or find the open one that was written the same; it is the one that is shown. Raises ActionError."""
        written = " ".join(text.split())
        found = next((one for one in self._open if one.text == written), None)
        if found is None:
            if len(self._open) >= MOST:
                raise ActionError(f"{MOST} plots are open, which is the most: `plot close NUMBER` closes one")
            found = OpenPlot(max((one.number for one in self._open), default=0) + 1, kind, arguments, written)
            self._open.append(found)
        self.shown = found.number
        return found

    def of(self, number: int) -> OpenPlot:
        """Return the one of a number. Raises ActionError."""
        for one in self._open:
            if one.number == number:
                return one
        raise ActionError(f"no plot {number} is open" + (f"; there are {self.told()}" if self._open else ""))

    def pin(self, number: int) -> None:
        """Keep one in sight beside those that are shown later. Raises ActionError."""
        self.pinned = (*(one for one in self.pinned if one != number), self.of(number).number)

    def unpin(self, number: int) -> None:
        """Let one go out of sight again. Raises ActionError."""
        gone = self.of(number).number
        self.pinned = tuple(one for one in self.pinned if one != gone)

    def close(self, numbers: Iterable[int]) -> None:
        """Close some. Raises ActionError for one that is not open; then none is closed."""
        gone = [self.of(number) for number in numbers]
        self._open = [one for one in self._open if one not in gone]
        self.pinned = tuple(number for number in self.pinned if number in [one.number for one in self._open])
        if self.shown not in [one.number for one in self._open]:
            self.shown = self._open[-1].number if self._open else 0

    def told(self) -> str:
        """Return their numbers, as a sentence names them."""
        return ", ".join(str(one.number) for one in self._open)


def drawn(kind: Drawing, picture: Picture, paper: Paper) -> list[Row]:
    """Return a picture as rows: its title, itself, what is under the cursor, and what has to be said of it."""
    if isinstance(picture, Blank):
        return _inked(wrap(row((picture.title, "dim")), paper.width), paper)
    notes = [part for line in note_rows(picture) for part in wrap(line, paper.width)]
    at = paper.at(picture.size)
    spot = [clip(row(("▸ ", "here"), picture.spot(at).text), paper.width)] if at is not None else []
    room = max(4, paper.height - 1 - len(notes) - len(spot))
    body = [_within(line, paper.width) for line in kind.rows(picture, Paper(paper.width, room, paper.ink, at))]
    return _inked([clip(row((picture.title, "strong")), paper.width), *body, *spot, *notes], paper)


def _within(line: Row, width: int) -> Row:
    """Return a row in a width. A map, of many runs, is laid out for it: to measure all of its runs would take as long as it."""
    return line if len(line) > FEW else clip(line, width)


def _inked(rows: list[Row], paper: Paper) -> list[Row]:
    return in_ascii(rows) if paper.ink == "ascii" else rows


def text_rows(kind: Plot, picture: Picture, paper: Paper) -> list[str]:
    """Return a picture as lines of text."""
    return dump(drawn(kind, picture, paper)).split("\n")
