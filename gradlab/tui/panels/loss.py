"""Panel 6: the loss over the updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.draw.curve import plot
from gradlab.draw.curves import legend, plot_pair
from gradlab.draw.ink import Row, row, spread
from gradlab.draw.lines import Named, plot_lines
from gradlab.draw.number import number
from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import Panel, PanelKind

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
The loss of each update, oldest on the left; up is worse. The axis on the left is logarithmic, so that a straight line down is
a loss that shrinks by the same factor again and again. The other facet has a linear axis.

After `:compare …` both curves stand over each other: A is the whole line, B the broken one, their letters stand at their ends.
Enter goes between them and the losses of this run.

`:curve EXPR` records another number in each update; with several curves each has a letter, which stands at its end. The losses
of several `minimize` are a curve each.

A curve that climbs says that the steps are too large; a curve that lies flat from the start, that no gradient arrives: look at
the health panel. NaN and inf leave a gap. A loss of 0 or below has no logarithm and leaves a gap, too."""


AXES = ("log axis", "linear axis")
Losses = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The losses of both runs of a comparison, and their names."""

    names: tuple[str, str]
    losses: tuple[Losses, Losses]


class LossPanel(Panel):
    """A braille curve of the losses that the snapshot has, or the two curves of the last comparison."""

    facets = AXES
    facet = AXES[0]

    def __init__(self) -> None:
        super().__init__("loss")
        self._own: tuple[Losses, Losses] | None = None
        self._drawn: tuple[Any, Sequence[Row]] = (None, ())

    def request(self) -> Request:
        """Ask for the curves of the last comparison."""
        return ask

    @property
    def log_axis(self) -> bool:
        """Whether the losses stand on a logarithmic axis."""
        return self.facet == AXES[0]

    def enter(self) -> str:
        """Change between the two runs of the last comparison and this run; the next comparison shows itself again."""
        picture = self.picture(Compared)
        if picture is None:
            return "nothing is compared: there is one curve"
        self._own = None if self._own == picture.losses else picture.losses
        self.redraw()
        return ""

    def draw(self, width: int) -> Sequence[Row]:
        """Return the curve and the last number."""
        picture = self.picture(Compared)
        if picture is not None and picture.losses != self._own and all(len(curve) > 1 for curve in picture.losses):
            height = max(5, self.scrollable_content_region.height - 3)
            key = (picture, width, height, self.log_axis)
            if key != self._drawn[0]:
                self._drawn = (key, self._both(picture, width, height))
            return self._drawn[1]
        losses = self.moment.snapshot.losses
        if not losses:
            return [row((f"no update yet: `{self.key('train')}` trains, `{self.key('update')}` makes one", "dim"))]
        curves = self.moment.snapshot.curves
        height = max(5, self.scrollable_content_region.height - 1)
        seen = (losses, curves, width, height, self.log_axis)
        if seen != self._drawn[0]:
            many = sum(bool(pairs) for _, pairs in curves) > 1
            self._drawn = (seen, self._several(curves, width, height) if many else self._one(losses, width, height))
        return self._drawn[1]

    def _one(self, losses: Losses, width: int, height: int) -> Sequence[Row]:
        """Return the curve of this run."""
        update, loss = losses[-1]
        head = spread(row(("loss ", "dim"), (number(loss), "value")), row((f"update {update:,} · {self.facet}", "dim")), width)
        return [head, *plot([u for u, _ in losses], [v for _, v in losses], width, height, self.log_axis)]

    def _several(self, curves: Sequence[Named], width: int, height: int) -> Sequence[Row]:
        """Return the losses of each objective and what else is recorded."""
        head = row((f"update {self.moment.snapshot.losses[-1][0]:,} · {self.facet}", "dim"))
        return [head, *plot_lines(curves, width, height, self.log_axis)]

    def _both(self, picture: Compared, width: int, height: int) -> Sequence[Row]:
        """Return both curves of a comparison under their legend."""
        (update, loss), (_, other) = picture.losses[0][-1], picture.losses[1][-1]
        heads = [
            spread(line, row((number(end), "value")), width)
            for line, end in zip(legend(picture.names), (loss, other), strict=True)
        ]
        note = row((f"update {update:,} · {self.facet} · ", "dim"), (self.key("enter"), "key"), (" this run", "dim"))
        return [*heads, *plot_pair(picture.losses[0], picture.losses[1], width, height, self.log_axis), note]


def ask(lab: Lab, look: Look) -> Compared | None:
    """Ask for the curves of the last comparison."""
    found = lab.compared
    return None if found is None else Compared(found.names, found.losses)


PANEL = PanelKind("loss", 6, "loss", READING, LossPanel, place="left", on_demand=True, letter="s")
