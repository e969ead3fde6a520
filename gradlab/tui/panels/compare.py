"""Panel 9: two runs beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradlab.draw.beside import QUANTITIES, head_row, pair_rows, parting_rows
from gradlab.draw.curves import legend, plot_pair
from gradlab.draw.ink import Goal, Row, clip, row
from gradlab.draw.layer import with_layer_links
from gradlab.train.layers import layer_parts
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

if TYPE_CHECKING:
    from gradlab.lab.beside.comparing import Comparison
    from gradlab.session import Lab

READING = """\
`:compare with init=he` runs this scenario (A) and the same with one change (B) from their beginning, `:compare NAME` another
scenario, `:compare session` what was done here (A) with the scenario as it is written (B), `for 200 updates` both for longer.
Random numbers hang on the names of the nodes, so that only the change differs.

Each facet begins with the place where a number differs for the first time, a leaf or an op. Then come the layers that both
have: std of the activations, |δ|, the size of the gradient, or upd/w, the size of the step over that of the weights; A and B
stand on one log scale, ═ where they are the same, and B / A is the factor between them. The losses lie over each other: A is
the whole line, B the broken one; left and right change the axis. The first difference says how each run came to its number, and
which nodes only one of them has. Enter goes to the layer, or to the place."""

CURVES = 12
"""Rows of the curves; their width is the panel's."""


@dataclass(frozen=True, slots=True)
class ComparePicture:
    """The last comparison, and the nodes that the layers of this run lead to, by their names."""

    found: Comparison
    nodes: Mapping[str, int] = field(default_factory=dict)


class ComparePanel(ChoosingPanel):
    """What the last comparison found."""

    facets = (*QUANTITIES, "losses", "first difference")

    def __init__(self) -> None:
        super().__init__("compare")
        self.log_axis = True

    def request(self) -> Request:
        """Ask for the comparison."""
        return ask

    def has_content(self, moment: Moment) -> bool:
        """Whether something is compared."""
        return isinstance(moment.pictures.get("compare", self.moment.pictures.get("compare")), ComparePicture)

    def cursor(self, way: str) -> str:
        """Choose another row; to the sides, change the axis of the losses."""
        if way in ("left", "right") and self.facet_name == "losses":
            self.log_axis = not self.log_axis
            self.redraw()
            return ""
        return super().cursor(way)

    def listed(self, width: int) -> Sequence[Row]:
        """Return what the facet compares."""
        picture = self.picture(ComparePicture)
        if picture is None:
            return self.complaint() or [row(("nothing is compared: `:compare with init=he for 100 updates`", "dim"))]
        found = picture.found
        many = len(found.alignment.pairs)
        self.subtitle = f"{many:,} nodes aligned"
        head = [*(clip(line, width) for line in legend(found.names)), row("")]
        if self.facet_name == "first difference":
            return [*head, *map(self._linked, parting_rows(found, width))]
        head += [self._linked(head_row(found, width)), row("")]
        if self.facet_name == "losses":
            return [*head, *self._losses(found, width)]
        rows = pair_rows(found.layers[0], found.layers[1], self.facet_name, width)
        return [*head, *with_layer_links(rows, lambda name: Goal(picture.nodes[name]) if name in picture.nodes else None)]

    def _linked(self, line: Row) -> Row:
        """Return a row whose position and node lead there, in this run."""
        return self.names.linked(self.names.linked(line, "here"), "title")

    def _losses(self, found: Comparison, width: int) -> list[Row]:
        if not all(len(curve) > 1 for curve in found.losses):
            return [row(("one update has no curve: `for 100 updates` compares for longer", "dim"))]
        axis = "log axis" if self.log_axis else "linear axis"
        high = max(CURVES, self.scrollable_content_region.height - 7)
        return [
            row(("loss", "strong"), (f"  {axis}, ←→ changes it", "dim")),
            *plot_pair(found.losses[0], found.losses[1], width, high, self.log_axis),
        ]


def ask(lab: Lab, look: Look) -> ComparePicture | None:
    """Ask for what the last comparison found; it never changes."""
    if lab.compared is None:
        return None
    parts = layer_parts(lab.graph)
    nodes = {part.name: part.out if part.out is not None else next(iter(part.params), -1) for part in parts}
    return ComparePicture(lab.compared, nodes)


PANEL = PanelKind("compare", 9, "compare", READING, ComparePanel, letter="c")
