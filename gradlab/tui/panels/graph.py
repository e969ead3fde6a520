"""Panel 1: the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradlab.lab.snapshot import Brief
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._graph_view import GraphView
from gradlab.tui.panels._panel import WAYS, PanelKind, PanelWidget

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
A box is a node: its name, its op, its value v and its gradient δ; the lines lead from a node down to those that read it. The
double border is the op that was executed last, the dashed one comes next, ▸ and a heavy border is where you look: up and down
follow the lines, left and right go to the neighbour, + and - zoom between layers, lines and boxes.

`·` is not computed yet (it is not 0), 1/2 one of two readers has sent its part, ◂ has just arrived, 0 ∅ no way leads to the
root, ~ made before an edit and not run again, ‹ › of an earlier update. `rms` is the size of a tensor, whose shape stands
below; a number with a sign is a single value.

Lines of different nodes never join: ─│─ is a line that passes another one, ┬ ┴ ├ ┤ ┼ is one line that branches."""


class GraphPanel(GraphView, PanelWidget):
    """The graph between the laboratory and the screen."""

    def __init__(self) -> None:
        super().__init__(id="graph", classes="panel")
        self._wanted: tuple[int, frozenset[int]] = (-1, frozenset())

    facets = ("model", "with its update")
    facet = "model"

    def cursor(self, way: str) -> str:
        """Go to an input (up), a reader (down) or to the side."""
        before = self.focused_node
        self.action_walk(way)
        return "" if self.focused_node != before else "no line leads there"

    def scroll_view(self, way: str) -> str:
        """Move the picture under the cursor."""
        across, down = WAYS[way]
        return self._scroll_by(8 * across, 4 * down)

    def _scroll_by(self, across: int, down: int) -> str:
        before = self.scroll_offset
        self.scroll_relative(x=across or None, y=down or None, animate=False, force=True, immediate=True)
        return "" if self.scroll_offset != before else "all of the graph is in sight in this direction"

    def first(self) -> str:
        """Look at the beginning of the graph."""
        return self._scroll_by(0, -self.virtual_size.height)

    def last(self) -> str:
        """Look at the end of the graph."""
        return self._scroll_by(0, self.virtual_size.height)

    def page(self, by: float) -> str:
        """Move the picture by some heights of the panel."""
        return self._scroll_by(0, int(by * max(1, self.size.height - 2)))

    def nearer(self) -> str:
        """Show more of each node."""
        return self._zoom(1, "a box a node is the nearest")

    def farther(self) -> str:
        """Show less of each node."""
        return self._zoom(-1, "a box a layer is the farthest")

    def _zoom(self, by: int, otherwise: str) -> str:
        before = self.level
        self.action_zoom_by(by)
        return "" if self.level != before else otherwise

    def show_facet(self) -> None:
        """Show the nodes of the update below the model, or hide them."""
        self.show_update_phase(self.facet != "model")

    def enter(self) -> str:
        """Show what is inside: the nodes of a layer."""
        return self.nearer()

    def request(self) -> Request:
        """Ask for the numbers of the boxes in sight."""
        return _ask(self.near_nodes())

    def show(self, moment: Moment) -> None:
        """Draw another moment: another graph, other numbers, another focus."""
        if moment.nodes is not self.infos and moment.nodes != self.infos:
            self.set_graph(moment.nodes)
        found = moment.pictures.get("graph")
        self.give(moment.snapshot, found if isinstance(found, dict) else {})
        self.focus_node(moment.focus)
        self._want()

    def _want(self) -> None:
        """Ask, once a moment, for the numbers in sight that are missing."""
        wanted = (self.snapshot.version, self.missing_nodes())
        if wanted[1] and wanted != self._wanted:
            self._wanted = wanted
            self.post_message(self.Wants())

    def on_graph_view_seen(self, event: GraphView.Seen) -> None:
        """Ask for the numbers of what came in sight."""
        event.stop()
        self._want()

    def on_graph_view_node_focused(self, event: GraphView.NodeFocused) -> None:
        """Look at the node everywhere."""
        self.post_message(self.Goes(event.index))


def _ask(nodes: list[int]) -> Callable[[Lab, Look], dict[int, Brief]]:
    return lambda lab, look: dict(zip(nodes, lab.brief(nodes), strict=True))


PANEL = PanelKind("graph", 1, "graph", READING, GraphPanel, place="left", letter="g")
