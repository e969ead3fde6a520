"""Panel 5: every layer on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.draw.four import four_rows
from gradlab.draw.health import health_rows
from gradlab.draw.ink import Goal, Row, link, row, spread, wrap
from gradlab.draw.signal import signal_rows
from gradlab.draw.through import Through, strip_width, thinned, through_rows
from gradlab.train.statistics import QUANTITIES
from gradlab.train.strips import strip_kinds
from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import Panel, PanelKind

if TYPE_CHECKING:
    from gradlab.session import Lab
    from gradlab.train.measure import StripKind
    from gradlab.train.statistics import LayerStats

READING = """\
One row a layer, from the input to the output. Mean, std, dead, saturated and the histogram are of what the head names: the
facets are activations, gradients, weights, updates and the signal. Activations and weights share one scale, so that a
signal that shrinks from layer to layer is seen to get narrower; gradients and updates have a scale each. Another facet has
all four histograms beside each other.

|δ| is the size (rms) of the gradient, the bar beside it its size on a log scale: a ladder that falls from the output (below)
to the input (above) is a gradient that vanishes. upd/w is log10 of the size of the step over the size of the weights: about
-3 is usual, above -1 too fast, below -5 nothing moves. dead: units that are 0 for every sample; sat.: in the flat part of the
curve.

forth and back name the op that changed the size of the signal most on its way through the layer, and of the gradient on its
way back, with the factor: `W ×0.22` is a product with the weights W that leaves 0.22 of it. Back counts what this op sent,
nothing that others sent to the same value. In the view of the signal the factor of the whole layer stands beside it. noise is
the noise scale of the gradient: about so many samples must be in a batch before its gradient says more than noise.

The last facet shows the layers in time: a strip a layer over the updates that were measured (every tenth), its first and its
present number beside it, then the lowest and the highest; enter changes what is drawn. × stands for what is not finite."""

TABLE = (*QUANTITIES, "signal")


@dataclass(frozen=True, slots=True)
class HealthPicture:
    """The layers now, or one measure of them through time."""

    layers: tuple[LayerStats, ...] = ()
    through: Through | None = None


class HealthPanel(Panel):
    """The statistics of all layers: now in a table, as four histograms, or through time."""

    facets = (*TABLE, "all four", "in time")
    least = (24, 8)

    def __init__(self) -> None:
        super().__init__("health")
        self._strip = 0

    @property
    def view(self) -> str:
        """How the layers are shown: a "table", "all four" histograms, or "in time"."""
        return "table" if self.facet_name in TABLE else self.facet_name

    @property
    def quantity(self) -> str:
        """What the table is of."""
        return self.facet_name if self.facet_name in TABLE else TABLE[0]

    @property
    def strip(self) -> StripKind:
        """What is drawn through time."""
        return strip_kinds()[self._strip]

    def enter(self) -> str:
        """Draw the next measure through time."""
        if self.view != "in time":
            return f"`{self.key('facet-next')}` shows the next facet"
        self._strip = (self._strip + 1) % len(strip_kinds())
        self.facet_changed()
        return ""

    def request(self) -> Request:
        """Ask for the statistics, or for the strips, as wide as they are drawn."""
        if self.view != "in time":
            return ask
        kind, width = self.strip, strip_width(self.scrollable_content_region.width, 5)
        return lambda lab, look: ask_through(lab, kind, width)

    def draw(self, width: int) -> Sequence[Row]:
        """Return one row for each layer."""
        picture = self.picture(HealthPicture)
        if picture is None:
            return self.complaint()
        if self.view == "in time":
            return self._through(picture.through, width)
        if not picture.layers:
            return [] if picture.through else [row((NO_LAYERS, "dim"))]
        return [
            self._head(f"{self.quantity if self.view == 'table' else 'all four'} of each layer", width),
            *self._rows(picture, width),
        ]

    def _rows(self, picture: HealthPicture, width: int) -> list[Row]:
        if self.view == "all four":
            return four_rows(picture.layers, width)
        if self.quantity == "signal":
            return signal_rows(picture.layers, lambda index: self.moment.nodes[index].name, width)
        rows = health_rows(picture.layers, self.quantity, width)
        return [rows[0], *(self._linked(line, layer.name) for line, layer in zip(rows[1:], picture.layers, strict=False))]

    def _linked(self, line: Row, layer: str) -> Row:
        """Return the row of a layer whose name leads to the last node of the layer."""
        members = [node.index for node in self.moment.nodes if node.phase == "f" and node.layer == layer]
        if not members:
            return line
        (text, role), *rest = line
        return row(link(text, role, Goal(members[-1])), *rest)

    def _through(self, found: Through | None, width: int) -> list[Row]:
        if found is None or found.kind != self.strip:
            return []
        head = self._head(found.kind.title, width)
        if not found.measured:
            return [head, row((f"nothing was measured yet: every tenth update is; `{self.key('train')}` trains", "dim"))]
        if not found.layers:
            return [head, *wrap(row((f"no layer has this; `{self.key('enter')}` shows the next one", "dim")), width)]
        return [head, *through_rows(found, width, self.scrollable_content_region.height - 1)]

    def _head(self, title: str, width: int) -> Row:
        """Return the row above the layers: what is shown, and the keys that change it."""
        following = self.facets[(self.facet + 1) % len(self.facets)]
        keys = row((self.key("facet-next"), "key"), (f" {following}", "dim"))
        if self.view == "in time":
            keys = row((self.key("enter"), "key"), (" next  ", "dim"), *keys)
        return spread(row((title, "strong")), keys, width)


NO_LAYERS = 'no layers: they come with `with layer("h0")`, `def` and the words of the library'


def ask(lab: Lab, look: Look) -> HealthPicture:
    """Ask for the statistics of all layers."""
    return HealthPicture(lab.stats())


def ask_through(lab: Lab, kind: StripKind, width: int) -> HealthPicture:
    """Ask for the strips of all layers, thinned to a width."""
    updates, found = lab.through(kind)
    if not updates:
        return HealthPicture(through=Through(kind, ()))
    layers = tuple((name, thinned(values, width)) for name, values in found.items())
    return HealthPicture(through=Through(kind, layers, (updates[0], updates[-1]), len(updates)))


PANEL = PanelKind("health", 5, "health", READING, HealthPanel, letter="h")
