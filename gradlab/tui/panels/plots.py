"""Panel 6: the plots that are open; before any is, the loss over the updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradlab.draw.ink import Goal, Row, row
from gradlab.draw.losses import ComparedLosses, Losses, both_rows, own_rows
from gradlab.draw.plots import NOWHERE, Ink, Paper, Picture, Place, Plot, Spot, drawn
from gradlab.draw.tiles import tiled, tiles
from gradlab.errors import GradlabError
from gradlab.plugins import told
from gradlab.tui.keymap import no_update
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import WAYS, Panel, PanelKind
from gradlab.tui.styles import glyphs_of, has_shades

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
The plots that are open: `:plot image x`, `:plot plane y`, `:plot curve loss log`; `:help plot` names all kinds; `:plot close 2`
closes one. `:plot beside curve loss` opens one beside the one in sight, and `P` pins the one that is shown, so that others
stand beside it, as many as there is room for. They are drawn again wherever the run stands, and while it trains. `[` and `]`
show the one before and the next; the arrows choose a point, a cell or a pixel, its number stands below, and enter goes to that
number, or to that update.

Blue is above 0 and orange below it. Without colours what is above 0 grows from the floor of its cell, and what is below 0 hangs
from the ceiling; `!` is no number, `?` is what an open question asks for.

Before any plot is open the loss of each update is here, oldest on the left; up is worse. The axis is logarithmic, so that a
straight line down is a loss that shrinks by the same factor again and again; `]` makes it linear. `:curve EXPR` records another
number in each update; with several curves each has a letter, which stands at its end. After `:compare …` both curves stand over
each other: A is the whole line, B the broken one; enter goes between them and the losses of this run.

A curve that climbs says that the steps are too large; a curve that lies flat from the start, that no gradient arrives: look at
the health panel. NaN and inf leave a gap. A loss of 0 or below has no logarithm and leaves a gap, too."""


@dataclass(frozen=True, slots=True)
class PlotsPicture:
    """What the laboratory shows. places: numbers of the open plots.   latest: the one that was opened last.

    number, text, kind, picture: of the plot that is shown; number 0 for none.   problem: why it cannot be drawn, or "".
    compared: the losses of the last comparison, if there was one.   pinned: those that stay in sight.   beside: of those that
    stand beside it now, the same.
    """

    places: tuple[int, ...] = ()
    latest: int = 0
    number: int = 0
    text: str = ""
    kind: Plot | None = None
    picture: Picture | None = None
    problem: str = ""
    compared: ComparedLosses | None = None
    pinned: tuple[int, ...] = ()
    beside: tuple[PlotsPicture, ...] = ()


FAR = 1 << 30
"""Rows and columns that are more than any plot has."""


class PlotsPanel(Panel):
    """One open plot, or the curves of the losses that the snapshot has, or those of the last comparison."""

    least = (24, 8)
    pins = True

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

    def has_content(self, moment: Moment) -> bool:
        """Return whether a plot is open, an update was made, or runs were compared."""
        return bool(self.found.places or len(moment.snapshot.losses) > 1 or self.found.compared)

    def request(self) -> Request:
        """Ask for the picture of the plot that is shown."""
        size, turned = self.scrollable_content_region.size, self._turned
        paper = Paper(max(20, size.width), max(6, size.height), self.ink)
        return lambda lab, look: ask(lab, look, turned, paper)

    def rule(self) -> tuple[str, str]:
        """Return the plot that is shown, and which of those that are open it is."""
        found = self.found
        if found.number not in found.places:
            return "loss", ""
        turn = f"  {self.key('facet-before')} {self.key('facet-next')} next" if len(found.places) > 1 else ""
        pin = f"  {self.key('pin')} {'unpins' if found.number in found.pinned else 'pins'}"
        hidden = len([one for one in found.pinned if one != found.number]) - len(found.beside)
        if hidden:
            return found.text, f"{self.key('enlarge')} {hidden} more beside"
        return found.text, f"{found.places.index(found.number) + 1} of {len(found.places)}{turn}{pin}"

    def pin(self) -> str:
        """Keep the plot that is shown in sight beside others, or let it go again; return why it cannot be, or ""."""
        found = self.found
        if found.number not in found.places:
            return "no plot is open: `:plot` opens one"
        does = "unpin" if found.number in found.pinned else "pin"
        self.post_message(self.Follows(Goal(line=f"plot {does} {found.number}")))
        return ""

    # What a person does.

    def cursor(self, way: str) -> str:
        """Choose another point; without a plot scroll. Return why it cannot be, or ""."""
        right, down = WAYS[way]
        return self._move(down, right)

    def first(self) -> str:
        """Choose the first point; return why it cannot be, or ""."""
        return self._move(-FAR, -FAR)

    def last(self) -> str:
        """Choose the last point; return why it cannot be, or ""."""
        return self._move(FAR, FAR)

    def _move(self, down: int, right: int) -> str:
        """Move the point that is chosen, or begin with the first; without a plot scroll. Return why it cannot be, or ""."""
        found = self.found
        rows, columns = (0, 0) if found.picture is None else found.picture.size
        if not rows * columns:
            return self.scroll_some(right, down)
        before = self.cursors.get(found.number)
        r, c = (0, 0) if before is None else (before[0] + down, before[1] + right)
        self.cursors[found.number] = min(max(0, r), rows - 1), min(max(0, c), columns - 1)
        self.redraw()
        return "" if self.cursors[found.number] != before else "the plot ends here"

    def enter(self) -> str:
        """Go to the number, or the update, under the cursor; without a plot show both runs of a comparison, or this one."""
        spot = self._spot()
        if spot is None:
            return self._turn_over()
        if spot.goal == NOWHERE:
            return "this point leads nowhere"
        self.post_message(self.Follows(spot.goal))
        return ""

    def _spot(self) -> Spot | None:
        found = self.found
        if found.picture is None or found.number not in self.cursors:
            return None
        at = Paper(cursor=self.cursors[found.number]).at(found.picture.size)
        return None if at is None else found.picture.spot(at)

    def next_facet(self, by: int = 1) -> str:
        """Show the next plot, behind the last the first; where none is open, the loss on the other axis."""
        found = self.found
        if found.number not in found.places:
            self.log_axis = not self.log_axis
            self.redraw()
            return ""
        if len(found.places) == 1:
            return "one plot is open: `:plot` opens another"
        place = found.places.index(found.number) + by
        self._turned = (found.latest, found.places[place % len(found.places)])
        self.post_message(self.Wants())
        return ""

    def _turn_over(self) -> str:
        """Change between the two runs of the last comparison and this run; the next comparison shows itself again."""
        if self.found.number or self.found.compared is None:
            return "choose a point first, with the arrows" if self.found.number else "there is one run: nothing is compared"
        self._own = None if self._own == self.found.compared.losses else self.found.compared.losses
        self.redraw()
        return ""

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
            why = no_update(self.moment)
            return [row((why or f"no update yet: `{self.key('train')}` trains, `{self.key('update')}` makes one", "dim"))]
        key = (seen.losses, seen.curves, both, width, height, self.log_axis)
        if key != self._drawn[0]:
            self._drawn = (key, self._losses(both, width, height))
        return self._drawn[1]

    def _losses(self, both: ComparedLosses | None, width: int, height: int) -> Sequence[Row]:
        if both is None:
            return own_rows(self.moment.snapshot, width, max(5, height - 1), self.log_axis)
        note = ((" · ", "dim"), (self.key("enter"), "key"), (" this run", "dim"))
        return both_rows(both, width, max(5, height - 3), self.log_axis, note)

    def _plot(self, found: PlotsPicture, width: int, height: int) -> Sequence[Row]:
        """Return the picture, and those that are pinned beside it."""
        if not found.beside:
            return self._one(found, width, height)
        how = tiles(1 + len(found.beside), width, height)
        shown = [*found.beside[: how.count - 1], found]
        return tiled([[self._heading(one), *self._one(one, how.width, how.height - 1)] for one in shown], how)

    def _heading(self, one: PlotsPicture) -> Row:
        here = one.number == self.found.number
        return row(("▸ " if here else "  ", "here"), (f"{one.number}  {one.text}", "title" if here else "dim"))

    def _one(self, found: PlotsPicture, width: int, height: int) -> Sequence[Row]:
        """Return one picture, or why there is none."""
        if found.kind is None or found.picture is None:
            return [row((line, "warn")) for line in found.problem.split("\n")]
        paper = Paper(width, max(6, height), self.ink, self.cursors.get(found.number) if found.places else None)
        try:
            return drawn(found.kind, found.picture, paper)
        except Exception as error:  # noqa: BLE001  a plot of others that goes wrong says so in its place
            return [row((f"this plot went wrong: {told(error)}", "warn"))]


def ask(lab: Lab, look: Look, turned: tuple[int, int], paper: Paper) -> PlotsPicture:
    """Ask for the plot that is shown: the one that was opened last, or another one that a person turned to behind that."""
    compared = lab.compared
    losses = None if compared is None else ComparedLosses(compared.names, compared.losses)
    latest = lab.plots.shown
    listed = PlotsPicture(tuple(one.number for one in lab.plots), latest)
    if not listed.places:
        return PlotsPicture(compared=losses)
    number = turned[1] if turned[0] == latest and turned[1] in listed.places else latest
    others = [one for one in lab.plots.pinned if one != number]
    how = tiles(1 + len(others), paper.width, paper.height)
    if how.count > 1:
        paper = replace(paper, width=how.width, height=how.height - 1)
    beside = tuple(_pictured(lab, PlotsPicture(), one, paper) for one in others[: how.count - 1])
    return _pictured(lab, replace(listed, pinned=lab.plots.pinned, beside=beside), number, paper)


def _pictured(lab: Lab, base: PlotsPicture, number: int, paper: Paper) -> PlotsPicture:
    """Return one plot with its picture, or why it cannot be drawn."""
    one = lab.plots.of(number)
    try:
        return replace(base, number=number, text=one.text, kind=one.kind, picture=one.picture(lab, paper))
    except GradlabError as error:
        problem = str(error).removeprefix("error: ")
    except Exception as error:  # noqa: BLE001  a plot of others that goes wrong says so in its place
        problem = f"this plot went wrong: {told(error)}"
    return replace(base, number=number, text=one.text, problem=problem)


PANEL = PanelKind("plots", 6, "plots", READING, PlotsPanel, letter="p")
