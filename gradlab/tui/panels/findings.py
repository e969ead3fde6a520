"""Panel 7: what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradlab.draw.findings import counted, finding_rows
from gradlab.draw.ink import Row, row
from gradlab.graph.origin import Origin
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
What was found, the headline first: the op that made the first NaN or infinity, with the numbers that it made it from. What
only follows from it is not told again; what was found besides stands below.

✗ is an error, ▲ a warning, · a note. Enter shows the evidence: the node is chosen, here and in all other panels, with its
layer in the panel health. The update leads to its beginning. While nothing is found the panel is empty."""


class FindingsPanel(ChoosingPanel):
    """The headline and what else was found."""

    def __init__(self) -> None:
        super().__init__("findings")
        self._noticed = False

    def request(self) -> Request:
        """Ask for what is wrong with the numbers as they are."""
        return ask

    def show(self, moment: Moment) -> None:
        """Draw another moment, and keep in mind whether anything was noticed."""
        self._noticed = self.has_content(moment)
        super().show(moment)

    def has_content(self, moment: Moment) -> bool:
        """Whether something was found: by the picture where there is one, else by what was said since."""
        found = moment.pictures.get("findings")
        if isinstance(found, tuple):
            return bool(found)
        if said := [line for one in moment.said for line in one.lines]:
            return any(line.kind == "finding" for line in said)
        return self._noticed

    def listed(self, width: int) -> Sequence[Row]:
        """Return the findings."""
        found: tuple[Origin, ...] | None = self.picture(tuple)
        self.subtitle = counted(found or ())
        if found is None:
            return self.complaint()
        return finding_rows(found, self.names, width) or [row(("no op has made a NaN or an infinity", "dim"))]


def ask(lab: Lab, look: Look) -> tuple[Origin, ...]:
    """Ask where the first NaN or infinity came up."""
    return lab.findings()


PANEL = PanelKind("findings", 7, "findings", READING, FindingsPanel, letter="f")
