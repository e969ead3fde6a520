"""Panel 6: the plots that are open; before any is, the loss over the updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual.actions import SkipAction

from gradlab.draw.ink import Row, row, spread
from gradlab.draw.losses import ComparedLosses, Losses, both_rows, own_rows
from gradlab.draw.plots import NOWHERE, Ink, Paper, Picture, Place, Plot, Spot, drawn
from gradlab.errors import GradlabError
from gradlab.plugins import told
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import CURSOR_KEYS, FACET_KEYS, Panel, PanelKind
from gradlab.tui.styles import glyphs_of, has_shades

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
The plots that are open, one at a time: `:plot image x`, `:plot plane y`, `:plot curve loss log`; `:help plot` names all kinds,
and `:plot close 2` closes one. They are drawn again wherever the run stands, and while it trains. `[` and `]` show the one
before and the next; the arrows choose a point, a cell or a pixel, its number stands below, and enter goes to that number, or
to that update.

Blue is above 0 and orange below it. Without colours what is above 0 grows from the floor of its cell, and what is below 0 hangs
from the ceiling; `!` is no number, `?` is what an open question asks for.

Before any plot is open the loss of each update is here, oldest on the left; up is worse. The axis is logarithmic, so that a
straight line down is a loss that shrinks by the same factor again and again; `l` makes it linear. `:curve EXPR` records another
number in each update; with several curves each has a letter, which stands at its end. After `:compare …` both curves stand over
each other: A is the whole line, B the broken one; `o` goes between them and the losses of this run.

A curve that climbs says that the steps are too large; a curve that lies flat from the start, that no gradient arrives: look at
the health panel. NaN and inf leave a gap. A loss of 0 or below has no logarithm and leaves a gap, too."""


@dataclass(frozen=True, slots=True)
class PlotsPicture:
    """What the laboratory shows. places: numbers of the open plots.   latest: the one that was opened last.

    number, text, kind, picture: of the plot that is shown; number 0 for none.   problem: why it cannot be drawn, or "".
    compared: the losses of the last comparison, if there was one.
    """

    places: tuple[int, ...] = ()
    latest: int = 0
    number: int = 0
    text: str = ""
    kind: Plot | None = None
    picture: Picture | None = None
    problem: str = ""
    compared: ComparedLosses | None = None


FAR = 1 << 30
"""Rows and columns that are more than any plot has."""


class PlotsPanel(Panel):
    """One open plot, or the curves of the losses that the snapshot has, or those of the last comparison."""

    BINDINGS: ClassVar = [
        *CURSOR_KEYS,
        *FACET_KEYS,
        ("left", "ask('cursor left')", "column left"),
        ("right", "ask('cursor right')", "column right"),
        ("l", "axis", "log or linear axis of the loss"),
        ("o", "own", "both runs of a comparison, or this run"),
    ]

    least = (24, 8)

    def __init__(self) -> None:
        super().__init__("plots")
        self.log_axis = True
        self.cursors: dict[int, Place] = {}
        self._turned = (0, 0)
        self._own: tuple[Losses, Losses] | None = None
        self._drawn: tuple[Any, Sequence[Row]] = (None, ())

    @property
    def found(self) -> PlotsPicture:
        """What came from the laboratory last."""
        picture = self.picture(PlotsPicture)
        return picture if isinstance(picture, PlotsPicture) else PlotsPicture()

    @property
    def ink(self) -> Ink:
        """How numbers become cells here."""
        if glyphs_of(self.app) != "all":
            return "ascii"
        return "colour" if has_shades(self.app) else "mono"

    def request(self) -> Request:
        """Ask for the picture of the plot that is shown."""
        size, turned = self.scrollable_content_region.size, self._turned
        paper = Paper(max(20, size.width), max(6, size.height - 1), self.ink)
        return lambda lab, look: ask(lab, look, turned, paper)

    # What a person does.

    def cursor(self, way: str) -> str:
        """Choose another point; without a plot scroll. Return why it cannot be, or ""."""
        down, right = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}[way]
        return "" if self._move(down, right) else "there is no more in this direction"

    def first(self) -> str:
        """Choose the first point; return why it cannot be, or ""."""
        return "" if self._move(-FAR, -FAR) else "this is the beginning"

    def last(self) -> str:
        """Choose the last point; return why it cannot be, or ""."""
        return "" if self._move(FAR, FAR) else "this is the end"

    def _move(self, down: int, right: int) -> bool:
        """Move the point that is chosen, or begin with the first; without a plot scroll. Return whether it moved."""
        found = self.found
        rows, columns = (0, 0) if found.picture is None else found.picture.size
        if not rows * columns:
            before_scroll = self.scroll_offset.y
            self.scroll_relative(y=down, animate=False, immediate=True)
            return self.scroll_offset.y != before_scroll
        before = self.cursors.get(found.number)
        r, c = (0, 0) if before is None else (before[0] + down, before[1] + right)
        self.cursors[found.number] = min(max(0, r), rows - 1), min(max(0, c), columns - 1)
        self.redraw()
        return self.cursors[found.number] != before

    def action_enter(self) -> None:
        """Go to what is chosen; where nothing is, the key means what it means elsewhere."""
        if self.enter():
            raise SkipAction

    def enter(self) -> str:
        """Go to the number, or the update, under the cursor; return why it cannot be, or ""."""
        spot = self._spot()
        if spot is None or spot.goal == NOWHERE:
            return "the arrows choose a point first" if spot is None else "this point leads nowhere"
        self.post_message(self.Follows(spot.goal))
        return ""

    def _spot(self) -> Spot | None:
        found = self.found
        if found.picture is None or found.number not in self.cursors:
            return None
        at = Paper(cursor=self.cursors[found.number]).at(found.picture.size)
        return None if at is None else found.picture.spot(at)

    def next_facet(self, by: int = 1) -> str:
        """Show the next plot, behind the last one the first; return why there is none, or ""."""
        found = self.found
        if found.number not in found.places or len(found.places) < 2:
            return "no other plot is open"
        place = found.places.index(found.number) + by
        self._turned = (found.latest, found.places[place % len(found.places)])
        self.facet_changed()
        return ""

    def has_content(self, moment: Moment) -> bool:
        """Whether a plot is open, or an update was made."""
        return bool(self.found.places or moment.snapshot.losses or self.found.compared)

    def action_own(self) -> None:
        """Change between the two runs of the last comparison and this run; the next comparison shows itself again."""
        if self.found.compared is not None:
            self._own = None if self._own == self.found.compared.losses else self.found.compared.losses
            self.redraw()

    def action_axis(self) -> None:
        """Change between a logarithmic and a linear axis."""
        self.log_axis = not self.log_axis
        self.redraw()

    # Drawing.

    def draw(self, width: int) -> Sequence[Row]:
        """Return the shown plot, or the curves of the losses."""
        found, height = self.found, self.scrollable_content_region.height
        if found.number:
            return self._plot(found, width, height)
        if complaint := self.complaint():
            return complaint
        seen = self.moment.snapshot
        both = found.compared if found.compared is not None and found.compared.curved else None
        both = None if both is not None and both.losses == self._own else both
        if not seen.losses and both is None:
            return [row((f"no update yet: `{self.key('train')}` trains, `{self.key('update')}` makes one", "dim"))]
        key = (seen.losses, seen.curves, both, width, height, self.log_axis)
        if key != self._drawn[0]:
            self._drawn = (key, self._losses(both, width, height))
        return self._drawn[1]

    def _losses(self, both: ComparedLosses | None, width: int, height: int) -> Sequence[Row]:
        if both is None:
            return own_rows(self.moment.snapshot, width, max(5, height - 1), self.log_axis)
        note = ((" · ", "dim"), (self.key("own"), "key"), (" this run", "dim"))
        return both_rows(both, width, max(5, height - 3), self.log_axis, note)

    def _plot(self, found: PlotsPicture, width: int, height: int) -> Sequence[Row]:
        """Return the head and the picture, or why there is none."""
        turn = f"{self.key('previous_facet')} {self.key('next_facet')} next" if len(found.places) > 1 else ""
        where = f"{found.places.index(found.number) + 1} of {len(found.places)}  {turn}".rstrip()
        head = spread(row(("plot ", "dim"), (found.text, "strong")), row((where, "dim")), width)
        if found.kind is None or found.picture is None:
            return [head, *(row((line, "warn")) for line in found.problem.split("\n"))]
        paper = Paper(width, max(6, height - 1), self.ink, self.cursors.get(found.number))
        try:
            return [head, *drawn(found.kind, found.picture, paper)]
        except Exception as error:  # noqa: BLE001  a plot of others that goes wrong says so in its place
            return [head, row((f"this plot went wrong: {told(error)}", "warn"))]


def ask(lab: Lab, look: Look, turned: tuple[int, int], paper: Paper) -> PlotsPicture:
    """Ask for the plot that is shown: the one that was opened last, or another one that a person turned to behind that."""
    compared = lab.compared
    losses = None if compared is None else ComparedLosses(compared.names, compared.losses)
    places, latest = tuple(one.number for one in lab.plots), lab.plots.shown
    if not places:
        return PlotsPicture(compared=losses)
    number = turned[1] if turned[0] == latest and turned[1] in places else latest
    one = lab.plots.of(number)
    try:
        picture = one.picture(lab, paper)
    except GradlabError as error:
        return PlotsPicture(places, latest, number, one.text, problem=str(error).removeprefix("error: "))
    except Exception as error:  # noqa: BLE001  a plot of others that goes wrong says so in its place
        return PlotsPicture(places, latest, number, one.text, problem=f"this plot went wrong: {told(error)}")
    return PlotsPicture(places, latest, number, one.text, one.kind, picture)


PANEL = PanelKind("plots", 6, "plots", READING, PlotsPanel, letter="p")
