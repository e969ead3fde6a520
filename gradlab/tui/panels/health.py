"""Panel 5: every layer on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gradlab.draw.diagnosis import headline_rows
from gradlab.draw.extremes import extreme_rows
from gradlab.draw.four import four_rows
from gradlab.draw.health import health_rows
from gradlab.draw.ink import Goal, Row, row, wrap
from gradlab.draw.layer import LayerWay, cause_rows, layer_rows, ways_row, with_layer_links
from gradlab.draw.signal import signal_rows
from gradlab.draw.through import Through, strip_width, thinned, through_rows
from gradlab.train.layers import layer_parts
from gradlab.train.statistics import QUANTITIES
from gradlab.train.strips import strip_kinds
from gradlab.tui.keymap import no_update
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import Panel, PanelKind

if TYPE_CHECKING:
    from gradlab.diagnose.finding import Finding
    from gradlab.lab.snapshot import NodeInfo
    from gradlab.session import Lab
    from gradlab.train.measure import Quantity, StripKind
    from gradlab.train.statistics import LayerStats

READING = """\
One row a layer, from the input to the output; the facets are what the table is of: activations, gradients, weights, updates,
all four histograms beside each other, the layers in time, and the signal. Mean, std, dead, saturated and the histogram are of
what is named. Activations and weights share one scale, so that a signal that shrinks from layer to layer is seen to get
narrower; gradients and updates have a scale each. Above them stands what is far from the rest, and leads there; after a
diagnosis its headline, which leads to the panel findings.

Enter shows the chosen layer large: its histogram, what it did to the signal on the way forth and to the gradient on the way
back, and with which op. Left and right choose where to go from there: to its node, to its weights, to their last update, or to
the line for the next try: `=` compares with other initial weights, `:reinit` draws those of this layer anew, and `:compare
session` then holds this run beside the scenario as it is written. `+` goes into the layers that the layers are made of, `-` out
again.

|δ| is the size (rms) of the gradient, the bar beside it its size on a log scale: a ladder that falls from the output (below)
to the input (above) is a gradient that vanishes. upd/w is log10 of the size of the step over the size of the weights: about
-3 is usual, above -1 too fast, below -5 nothing moves. dead: units that are 0 for every sample; sat.: in the flat part of the
curve.

forth and back name the op that changed the size of the signal most on its way through the layer, and of the gradient on its
way back, with the factor: `W ×0.22` is a product with the weights W that leaves 0.22 of it. Back counts what this op sent,
nothing that others sent to the same value. In the facet of the signal the factor of the whole layer stands beside it. noise
is the noise scale of the gradient: about so many samples must be in a batch before its gradient says more than noise.

In time there is a strip a layer over the updates that were measured (every tenth), its first and its present number beside
it, then the lowest and the highest; left and right change what is drawn. × stands for what is not finite."""

FACETS = (*QUANTITIES, "all four", "in time", "signal")
FEW = 7
"""Rows of a panel that has none for what stands out."""
NARROW, ROOMY = 56, 60
"""Cells of a panel below which its rule has room for one key, and from which on it has room for more than keys."""
NO_LAYERS = 'no layers: they come with `with layer("h0")`, `def` and the words of the library'


@dataclass(frozen=True, slots=True)
class HealthPicture:
    """The layers now, or one measure of them through time.

    nodes: what leaves each layer, by its name; else a parameter of it.   weights: the first weights of each, by its name.
    depth: of the layers.   deeper: whether there are layers within them.   headline: of the last diagnosis, None for none.
    """

    layers: tuple[LayerStats, ...] = ()
    through: Through | None = None
    nodes: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    depth: int = 1
    deeper: bool = False
    headline: Finding | None = None


class HealthPanel(Panel):
    """The statistics of all layers: now in a table, as four histograms, or through time; or one layer, large."""

    facets = FACETS
    least = (24, 8)

    def __init__(self) -> None:
        super().__init__("health")
        self.chosen = 0
        self.large = False
        self._way = 0
        self._strip = 0
        self._first = 1
        self._looked = -1

    @property
    def found(self) -> HealthPicture:
        """What came from the laboratory last."""
        picture = self.picture(HealthPicture)
        return picture if isinstance(picture, HealthPicture) else HealthPicture()

    @property
    def strip(self) -> StripKind:
        """What is drawn through time."""
        return strip_kinds()[self._strip]

    @property
    def quantity(self) -> Quantity:
        """What the table is of."""
        return QUANTITIES[self.facet] if self.facet < len(QUANTITIES) else QUANTITIES[0]

    def request(self) -> Request:
        """Ask for the statistics, or for the strips, as wide as they are drawn."""
        if self.facet_name != "in time":
            return ask
        kind, width = self.strip, strip_width(self.scrollable_content_region.width, 5)
        return lambda lab, look: ask_through(lab, kind, width)

    def has_content(self, moment: Moment) -> bool:
        """Whether the model has layers, as far as it is known."""
        return not moment.nodes or any(node.layer for node in moment.nodes)

    # ---- what a person does ----------------------------------------------------------------------------------------

    def cursor(self, way: str) -> str:
        """Choose another layer, here and in all panels; to the sides another measure through time."""
        if way in ("left", "right") and self.facet_name == "in time":
            self._strip = (self._strip + (1 if way == "right" else -1)) % len(strip_kinds())
            self.post_message(self.Wants())
            return ""
        if way in ("left", "right") and self.large:
            self._way = (self._way + (1 if way == "right" else -1)) % len(self._ways())
            self.redraw()
            return ""
        return self._choose(self.chosen + {"up": -1, "down": 1}.get(way, 0))

    def page(self, by: float) -> str:
        """Choose a layer some rows on: as many as the panel has, for each page."""
        return self._choose(self.chosen + int(by * max(2, self.scrollable_content_region.height - 1)))

    def first(self) -> str:
        """Choose the first layer."""
        return self._choose(0)

    def last(self) -> str:
        """Choose the last layer."""
        return self._choose(len(self.found.layers))

    def _choose(self, place: int) -> str:
        layers = self.found.layers
        place = max(0, min(place, len(layers) - 1))
        if not layers or place == self.chosen:
            return "there is no more in this direction"
        self.chosen = place
        self.redraw()
        node = self.found.nodes.get(layers[place].name, -1)
        if node >= 0:
            self._looked = node
            self.post_message(self.Goes(node))
        return ""

    def enter(self) -> str:
        """Show the chosen layer large; from there go where the chosen way leads, or to the table again."""
        if self.facet_name == "in time":
            return self.cursor("right")
        if not self.found.layers or self.facet >= len(QUANTITIES):
            return "a histogram is shown large from the facets of one quantity"
        if self.large and self._way:
            self._leave_for(self._ways()[self._way])
            return ""
        self.large, self._way = not self.large, 0
        self.redraw()
        return ""

    def _ways(self) -> list[LayerWay]:
        """Return where one may go from the layer that is shown large."""
        found = self.found
        name = found.layers[min(self.chosen, len(found.layers) - 1)].name
        out, weights = found.nodes.get(name, -1), found.weights.get(name, -1)
        ways = [LayerWay("the table", Goal(command="escape"))]
        ways += [LayerWay(self.moment.nodes[out].name, Goal(out, line="show node numbers"))] if out >= 0 else []
        if weights >= 0:
            ways += [LayerWay(self.moment.nodes[weights].name, Goal(weights, line="show node numbers"))]
            trains = self.moment.snapshot.counts[2] > 0
            ways += [LayerWay("update", Goal(weights, line="show node update"))] if trains else []
            ways += [LayerWay(f"{self.key('change')} init", Goal(command="change"))] if trains else []
            ways += [LayerWay("reinit …", Goal(prompt=f"reinit {name} "))]
        return ways

    def _leave_for(self, way: LayerWay) -> None:
        if way.goal.node >= 0:
            self.post_message(self.Goes(way.goal.node))
        self.post_message(self.Follows(replace(way.goal, node=-1)))

    def close_top(self) -> bool:
        """Show the table again where one layer is shown large."""
        shut, self.large = self.large, False
        if shut:
            self.redraw()
        return shut

    def nearer(self) -> str:
        """Look at the layers within the layers."""
        if not self.found.deeper:
            return "there are no layers within these"
        self.post_message(self.Follows(Goal(line=f"layers {self.found.depth + 1}")))
        return ""

    def farther(self) -> str:
        """Look at the layers around these."""
        if self.found.depth <= 1:
            return "these are the outermost layers"
        self.post_message(self.Follows(Goal(line=f"layers {self.found.depth - 1}")))
        return ""

    def facet_changed(self) -> None:
        """Show the table of another quantity; a layer that is shown large stays."""
        self.large = self.large and self.facet < len(QUANTITIES)
        super().facet_changed()

    # ---- drawing ---------------------------------------------------------------------------------------------------

    def show(self, moment: Moment) -> None:
        """Draw another moment; the layer of the chosen node is the chosen one."""
        found = moment.pictures.get("health")
        if isinstance(found, HealthPicture) and moment.node is not None and moment.focus != self._looked:
            self._looked = moment.focus
            inside = [n for n, one in enumerate(found.layers) if _is_in(moment.node, one.name)]
            self.chosen = inside[-1] if inside else self.chosen
        super().show(moment)

    def marked_row(self) -> int:
        """Return the row of the chosen layer."""
        listed = self.found.layers and not self.large and self.facet_name != "in time"
        return self._first + self.chosen if listed else -1

    def draw(self, width: int) -> Sequence[Row]:
        """Return one row for each layer, or one layer large."""
        picture, height = self.picture(HealthPicture), self.scrollable_content_region.height
        if picture is None:
            return self.complaint()
        if self.facet_name == "in time":
            return self._through(picture.through, width)
        if not picture.layers:
            return [] if picture.through else [row((NO_LAYERS, "dim"))]
        self.chosen = min(self.chosen, len(picture.layers) - 1)
        many = len(picture.layers)
        deep = "  +/- depth" if picture.deeper or picture.depth > 1 else ""
        self.subtitle = f"{many} layer{'s' * (many != 1)}{deep}"
        if self.large:
            return self._one_large(picture.layers[self.chosen], width, height)
        self.subtitle = self._offers(width) if width < ROOMY else f"{self.subtitle}  {self._offers(width)}"
        rows = self._rows(picture, width)
        self._first = len(rows) - many

        def goal_of(name: str) -> Goal | None:
            return Goal(picture.nodes[name]) if name in picture.nodes else None

        above = extreme_rows(picture.layers, goal_of, width) if height > FEW else []
        above = [*headline_rows(picture.headline, width), *above]
        self._first += len(above)
        return [*above, *with_layer_links(rows, goal_of)]

    def _offers(self, width: int) -> str:
        """Return the keys that do something in the table."""
        large = f"{self.key('enter')} large"
        if width < NARROW and self.facet < len(QUANTITIES):
            return large
        following = f"{self.key('facet-next')} {self.facets[(self.facet + 1) % len(self.facets)]}"
        return f"{large}  {following}" if self.facet < len(QUANTITIES) else following

    def _one_large(self, layer: LayerStats, width: int, height: int) -> list[Row]:
        """Return one layer: its histogram, what made it so, and where one may go from here."""
        ways = self._ways()
        self._way = min(self._way, len(ways) - 1)
        self.subtitle = f"←→ ways  {self.key('enter')} {ways[self._way].label}"
        told = cause_rows(layer, lambda index: self.moment.nodes[index].name, width) if height > FEW else []
        drawn = layer_rows(layer, self.quantity, width, height - len(told) - 1)
        return [ways_row(ways, self._way, width), *drawn, *told]

    def _rows(self, picture: HealthPicture, width: int) -> list[Row]:
        if self.facet_name == "all four":
            return four_rows(picture.layers, width)
        if self.facet_name == "signal":
            return signal_rows(picture.layers, lambda index: self.moment.nodes[index].name, width)
        return health_rows(picture.layers, self.quantity, width)

    def _through(self, found: Through | None, width: int) -> list[Row]:
        if found is None or found.kind != self.strip:
            return []
        self.subtitle = f"←→ {found.kind.title}"
        if not found.measured:
            why = no_update(self.moment)
            how = why or f"nothing was measured yet: every tenth update is; `{self.key('train')}` trains"
            return wrap(row((how, "dim")), width)
        if not found.layers:
            return wrap(row(("no layer has this; → shows the next measure", "dim")), width)
        return through_rows(found, width, self.scrollable_content_region.height - 1)


def _is_in(node: NodeInfo, layer: str) -> bool:
    """Whether a node belongs to a layer of whatever depth, or is the one that a row is named after."""
    return layer in (node.name, node.layer) or f"{node.layer}.".startswith(f"{layer}.")


def ask(lab: Lab, look: Look) -> HealthPicture:
    """Ask for the statistics of all layers."""
    from gradlab.diagnose.doing import last

    graph = lab.graph
    parts, inner = layer_parts(graph), layer_parts(graph, graph.depth + 1)
    nodes = {
        part.name: part.params[0] if part.out is None else part.out for part in parts if part.out is not None or part.params
    }
    weights = {part.name: part.weights[0] for part in parts if part.weights}
    deeper = [part.name for part in inner] != [part.name for part in parts]
    found = last(lab)
    headline = None if found is None else found.headline
    return HealthPicture(lab.stats(), nodes=nodes, weights=weights, depth=graph.depth, deeper=deeper, headline=headline)


def ask_through(lab: Lab, kind: StripKind, width: int) -> HealthPicture:
    """Ask for the strips of all layers, thinned to a width."""
    updates, found = lab.through(kind)
    if not updates:
        return HealthPicture(through=Through(kind, ()))
    layers = tuple((name, thinned(values, width)) for name, values in found.items())
    return HealthPicture(through=Through(kind, layers, (updates[0], updates[-1]), len(updates)))


PANEL = PanelKind("health", 5, "health", READING, HealthPanel, letter="h")
