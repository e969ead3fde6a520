"""Panel 9: two runs beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradlab.draw.beside import QUANTITIES, head_row, pair_rows, parting_rows
from gradlab.draw.curves import legend, plot_pair
from gradlab.draw.ink import Goal, Row, clip, row
from gradlab.draw.layer import with_layer_links
from gradlab.draw.twolayers import two_layer_rows
from gradlab.train.layers import layer_parts
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

if TYPE_CHECKING:
    from gradlab.lab.beside.comparing import Comparison
    from gradlab.session import Lab
    from gradlab.train.measure import Quantity

READING = """\
`:compare with init=he` runs this scenario (A) and the same with one change (B) from their beginning, `:compare NAME` another
scenario, `:compare session` what was done here (A) with the scenario as it is written (B), `for 200 updates` both for longer.
Random numbers hang on the names of the nodes, so that only the change differs.

Each facet begins with the place where a number differs for the first time, a leaf or an op. Then come the layers that both
have: std of the activations, |δ|, the size of the gradient, or upd/w, the size of the step over that of the weights; A and B
stand on one log scale, ═ where they are the same, and B / A is the factor between them. The losses lie over each other: A is
the whole line, B the broken one; left and right change the axis. The first difference says how each run came to its number, and
which nodes only one of them has.

Enter on a layer opens it in both runs: its figures beside each other with their difference, and both histograms on one scale;
up and down go to the next layer, the facets to its gradients and its updates, enter or escape back to the table. Enter on the
first difference goes to its place, in this run."""

LARGE: Mapping[str, Quantity] = {"std": "activations", "|δ|": "gradients", "upd/w": "updates"}
"""What is drawn of one layer, by the facet."""

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
        self.large = ""
        self._looked = -1

    @property
    def pictured(self) -> ComparePicture | None:
        """The comparison that came last."""
        found = self.picture(ComparePicture)
        return found if isinstance(found, ComparePicture) else None

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

    # ---- one layer in both runs --------------------------------------------------------------------------------------

    def enter(self) -> str:
        """Open the chosen layer in both runs, or the table again; go to the place of a difference."""
        if self.large:
            self.close_top()
            return ""
        name = self._named()
        if name and self.facet_name in LARGE:
            self.large = name
            self.redraw()
            self._look_at(name)
            return ""
        return super().enter()

    def _named(self) -> str:
        """Return the layer of the chosen row, or ""."""
        return self._name_in(self._choices[self.chosen]) if self._choices else ""

    def _look_at(self, name: str) -> None:
        node = self.pictured.nodes.get(name, -1) if self.pictured is not None else -1
        if node >= 0:
            self._looked = node
            self.post_message(self.Goes(node))

    def close_top(self) -> bool:
        """Show the table again where a layer is open."""
        shut, self.large = bool(self.large), ""
        if shut:
            self.redraw()
        return shut

    def _choose(self, by: int) -> str:
        """Choose another row, or open the next layer in both runs."""
        if not self.large:
            return super()._choose(by)
        names = self._layers()
        place = max(0, min(names.index(self.large) + by, len(names) - 1)) if self.large in names else 0
        if not names or names[place] == self.large:
            return "there is no more in this direction"
        self.large = names[place]
        self.redraw()
        self._look_at(self.large)
        return ""

    def _layers(self) -> list[str]:
        """Return the layers that both runs have."""
        if self.pictured is None:
            return []
        first, second = self.pictured.found.layers
        others = {layer.name for layer in second}
        return [layer.name for layer in first if layer.name in others]

    def show(self, moment: Moment) -> None:
        """Draw another moment; the layer of the node that is looked at is the chosen one."""
        super().show(moment)
        if moment.focus == self._looked or moment.node is None or not self._choices:
            return
        self._looked = moment.focus
        names = (moment.node.name, moment.node.layer)
        fits = [place for place, number in enumerate(self._choices) if self._name_in(number) in names and self._name_in(number)]
        if fits:
            self.chosen = fits[0]
            self.redraw()

    def _name_in(self, number: int) -> str:
        text, role = self.rows[number][0] if self.rows[number] else ("", "")
        return text.strip() if role == "strong" else ""

    def _one_large(self, found: Comparison, width: int) -> list[Row]:
        first, second = ({layer.name: layer for layer in layers} for layers in found.layers)
        if self.large not in first or self.large not in second:
            return [row((f"no layer of both runs is called {self.large}", "dim"))]
        self.subtitle = f"{self.key('enter')} the table  ↑↓ layers"
        height = self.scrollable_content_region.height
        return two_layer_rows(first[self.large], second[self.large], LARGE[self.facet_name], width, height)

    def listed(self, width: int) -> Sequence[Row]:
        """Return what the facet compares."""
        picture = self.pictured
        if picture is None:
            return self.complaint() or [row(("nothing is compared: `:compare with init=he for 100 updates`", "dim"))]
        found = picture.found
        if self.large and self.facet_name in LARGE:
            return self._one_large(found, width)
        many = len(found.alignment.pairs)
        self.subtitle = f"{self.key('enter')} in both" if self.facet_name in LARGE else f"{many:,} nodes aligned"
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
