"""Panel 5: every layer on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.renderables.health import QUANTITIES, health_rows
from gradlab.tui.renderables.ink import Row, row, spread

if TYPE_CHECKING:
    from gradlab.lab import Lab

READING = """\
One row a layer, from the input to the output. Mean, std, dead, saturated and the histogram are of what the head names: `v`
changes between activations, gradients, weights and updates. Activations and weights share one scale, so that a signal that
shrinks from layer to layer is seen to get narrower; gradients and updates have a scale each.

|δ| is the size (rms) of the gradient, the bar beside it its size on a log scale: a ladder that falls from the output (below)
to the input (above) is a gradient that vanishes. upd/w is log10 of the size of the step over the size of the weights: about
-3 is usual, above -1 too fast, below -5 nothing moves. dead: units that are 0 for every sample; sat.: in the flat part of the
curve."""


class HealthPanel(Panel):
    """The statistics of all layers."""

    BINDINGS: ClassVar = [("v", "next", "activations, gradients, weights, updates"), ("enter", "next", "next")]

    def __init__(self) -> None:
        super().__init__("health")
        self.quantity = QUANTITIES[0]

    def action_next(self) -> None:
        """Show the histograms of another quantity."""
        self.quantity = QUANTITIES[(QUANTITIES.index(self.quantity) + 1) % len(QUANTITIES)]
        self.redraw()

    def request(self) -> Request:
        """Ask for the statistics."""
        return ask

    def draw(self, width: int) -> Sequence[Row]:
        """Give a row a layer."""
        layers = self.picture(tuple)
        if not layers:
            return self.complaint() or [
                row(('no layers: they come with `with layer("h0")`, `def` and the words of the library', "dim"))
            ]
        head = spread(
            row((self.quantity, "strong"), (" of each layer", "dim")),
            row((f"{len(layers)} layer{'s' if len(layers) > 1 else ''} · ", "dim"), ("v", "key"), (" next", "dim")),
            width,
        )
        return [head, *health_rows(layers, self.quantity, width)]


def ask(lab: Lab, look: Look) -> Any:
    """Ask for the statistics of all layers."""
    return lab.stats()


PANEL = PanelKind("health", 5, "health", READING, HealthPanel)
