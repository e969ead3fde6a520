"""What a kind of plot is, what it is drawn on, and what can be chosen in a picture."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gradlab.draw.ink import Goal, Row, row
from gradlab.lab.snapshot import NodeInfo

if TYPE_CHECKING:
    from gradlab.lab.arguments import Words
    from gradlab.scenario.expressions import Expression
    from gradlab.session import Lab

Ink = Literal["colour", "mono", "plain", "ascii"]
"""How numbers become cells: colours; glyphs and reverse video; glyphs alone, as in a pipe; characters of ASCII alone."""
Place = tuple[int, int]
"""A row and a column among what can be chosen."""


NOWHERE = Goal()


@dataclass(frozen=True, slots=True)
class Paper:
    """What a picture is drawn on. width, height: in cells.   cursor: what is chosen, or None."""

    width: int = 78
    height: int = 22
    ink: Ink = "plain"
    cursor: Place | None = None

    def at(self, size: Place) -> Place | None:
        """Return the cursor within a picture that has so many rows and columns to choose from."""
        if self.cursor is None or not size[0] * size[1]:
            return None
        return min(self.cursor[0], size[0] - 1), min(self.cursor[1], size[1] - 1)


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands under the cursor, in words, and where it leads."""

    text: str
    goal: Goal = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What a plot has asked of the laboratory: arrays, never to be written to. Each kind has its own.

    title: what is shown, with its size.   notes: what is said about it below: what was left out, held still, thinned.
    """

    title: str
    notes: tuple[str, ...]

    @property
    def size(self) -> Place:
        """How many rows and columns there are to choose from."""
        return (0, 0)

    def spot(self, place: Place) -> Spot:
        """Return what stands at a row and a column within `size`."""
        return Spot("")


class Blank(Picture):
    """A picture of what cannot be seen now: its title says why."""


NOTHING = Blank("", ())
Fits = Callable[[Sequence[NodeInfo], NodeInfo], tuple[int, str] | None]
"""For all nodes and the chosen one: how well a kind fits, the less the better, and what to write behind `plot`; or None."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One kind of plot; a file of this package declares it as `PLOT`.

    usage: its arguments, as a person reads them.   help: what it shows, in one line.   doc: the text of its page.
    read(words): reads the arguments; raises ScenarioError with what is wrong, and what would fit.
    ask(lab, arguments, paper): returns a picture; raises ActionError, and HiddenError for what an open question asks for.
    rows(picture, paper): draws it, in at most the cells of the paper where it can.   figure(picture, axes): with matplotlib.
    fits: says of a node whether it can be shown so.   records(arguments): the expressions that have to be recorded for it.
    beside(picture, first): puts the picture of when it was opened beside it.   example: how it may be written behind `plot`.
    """

    name: str
    usage: str
    help: str
    doc: str
    read: Callable[[Words], Any]
    ask: Callable[[Lab, Any, Paper], Picture]
    rows: Callable[[Any, Paper], Sequence[Row]]
    figure: Callable[[Any, Any], None]
    fits: Fits
    records: Callable[[Any], Iterable[Expression]] = lambda arguments: ()
    beside: Callable[[Any, Any], Picture] | None = None
    example: str = ""

    @property
    def line(self) -> str:
        """How it is written behind `plot`."""
        return f"{self.name} {self.usage}".rstrip()


def plot_kind(
    ask: Callable[[Lab, Any, Paper], Picture],
    usage: str,
    help_line: str,
    **rest: Any,
) -> Plot:
    """Return the kind of plot that stands in the file of `ask`, with the file's name and its text; a last `_` is left out."""
    module = inspect.getmodule(ask)
    name = ask.__module__.rpartition(".")[2].rstrip("_")
    return Plot(name, usage, help_line, inspect.cleandoc((module and module.__doc__) or ""), ask=ask, **rest)


def note_rows(picture: Picture) -> list[Row]:
    """Return the notes of a picture, a row each."""
    return [row((note, "dim")) for note in picture.notes]
