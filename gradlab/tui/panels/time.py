"""Panel 8: the places on the time axis that a person made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradlab.draw.ink import Row
from gradlab.draw.landmarks import LISTS, landmark_rows
from gradlab.lab.search.landmarks import Landmarks
from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
Marks ◆ are positions with a name, and the loss of their update: `:mark NAME` makes one. Breakpoints ● stop `continue`, `run
until` and training: `:break when COND` where the condition begins to hold, `:break at NODE` behind the op of the node,
`:break at grad(NODE)` where its gradient is final; the position is where it is looked at in this update, and behind it stand
the numbers that decide it, as they are now. Watches are expressions with their number where you stand: `:watch EXPR`; one
that is recorded (the loss, or what `:curve EXPR` names) has its curve. Edits are what you changed, where you changed it.

Enter goes to the place of the row. `:clear N` removes a breakpoint or a watch, `:undo` the last edit."""


class TimePanel(ChoosingPanel):
    """A row a mark, a breakpoint, a watch, an edit."""

    facets = ("all", *LISTS)

    def __init__(self) -> None:
        super().__init__("time")

    def request(self) -> Request:
        """Ask for all of them."""
        return ask

    def listed(self, width: int) -> Sequence[Row]:
        """Return the rows of the facet."""
        found = self.picture(Landmarks)
        if found is None:
            return self.complaint()
        counts = (len(getattr(found, name)) for name in LISTS)
        self.subtitle = ", ".join(
            f"{many} {name if many > 1 else SINGLE[name]}" for name, many in zip(LISTS, counts, strict=True) if many
        )
        return landmark_rows(found, self.facet_name, self.moment.snapshot.position, self.names, width)


SINGLE = {"marks": "mark", "breakpoints": "breakpoint", "watches": "watch", "edits": "edit"}


def ask(lab: Lab, look: Look) -> Landmarks:
    """Ask for marks, breakpoints, watches and edits."""
    return lab.landmarks()


PANEL = PanelKind("time", 8, "time", READING, TimePanel, letter="t")
