"""Panel 9: two runs beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradlab.draw.beside import ladder_rows, parting_rows
from gradlab.draw.curves import legend, plot_pair
from gradlab.draw.ink import Row, clip, row
from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import Panel, PanelKind

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
`:compare with init=he` runs this scenario (A) and the same with one change (B) from their beginning, `:compare NAME` another
scenario, `:compare session` what was done here (A) with the scenario as it is written (B), `for 200 updates` both for longer.
Random numbers hang on the names of the nodes, so that only the change differs.

First the nodes that part in shape or op. Then the place where a number differs for the first time, a leaf or an op, with the
numbers of both runs and how each came to it. Then the losses over each other: A is the whole line, B the broken one, their
letters stand at their ends; the other facet has a linear axis. Then the layers that both have: std of the activations, and
|δ|, the size of the gradient, on one log scale."""

CURVES = 12
"""Rows of the curves; their width is the panel's."""


class ComparePanel(Panel):
    """What the last comparison found."""

    facets = ("log axis", "linear axis")

    def __init__(self) -> None:
        super().__init__("compare")

    @property
    def log_axis(self) -> bool:
        """Whether the losses stand on a logarithmic axis."""
        return self.facet == 0

    def request(self) -> Request:
        """Ask for the comparison."""
        return ask

    def draw(self, width: int) -> Sequence[Row]:
        """Return difference, curves and ladders."""
        found = self.moment.pictures.get("compare")
        if found is None or isinstance(found, str):
            return self.complaint() or [row(("nothing is compared: `:compare with init=he for 100 updates`", "dim"))]
        rows = [clip(line, width) for line in legend(found.names)]
        rows += [row(""), *parting_rows(found, width), row("")]
        if all(len(curve) > 1 for curve in found.losses):
            changes = (f"  {self.facet_name}, ", "dim"), (self.key("facet-next"), "key"), (" changes it", "dim")
            rows += [row(("loss", "strong"), *changes)]
            rows += [*plot_pair(found.losses[0], found.losses[1], width, CURVES, self.log_axis), row("")]
        return [*rows, *ladder_rows(found.layers[0], found.layers[1], width)]


def ask(lab: Lab, look: Look) -> Any:
    """Ask for what the last comparison found; it never changes."""
    return lab.compared


PANEL = PanelKind("compare", 9, "compare", READING, ComparePanel, letter="c")
