"""Panel 1: the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.geometry import Size

from gradlab.draw.ink import Goal
from gradlab.draw.scene import Scene
from gradlab.draw.told import level_told
from gradlab.lab.snapshot import Brief
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._graph_view import GraphView
from gradlab.tui.panels._numbers import NumbersPicture, ask_numbers
from gradlab.tui.panels._panel import PanelKind, PanelWidget
from gradlab.tui.panels._walk import Walk

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
A box is a node: its name, its op, its value v and its gradient δ; the lines lead from a node down to those that read it. The
double border is the op that was executed last, the dashed one comes next, ▸ and a heavy border is where you look: up and down
follow the lines, left and right go to the neighbour. `+` and `-` zoom: network, layers, ops, numbers.

▸▸ is a module that is folded: Enter unfolds it in a frame, and folds it again; `+` unfolds those built alike with it, `-` takes
that back. Its numbers are those of what leaves it. The update phase is one module. Enter on an op shows its numbers: a heavy
frame stands around what the chosen number moves, a dotted one where it moves something by 0. Where a box reads twenty others or
more, or is read by so many, up and down open a list of them.

`·` is not computed yet (it is not 0), 1/2 one of two readers has sent its part, ◂ has just arrived, 0 ∅ no way leads to the
root, ~ made before an edit and not run again, ‹ › of an earlier update. `rms` is the size of a tensor, whose shape stands
below; a number with a sign is a single value.

Lines of different nodes never join: ─│─ is a line that passes another one, ┬ ┴ ├ ┤ ┼ is one line that branches."""


class GraphPanel(GraphView, PanelWidget):
    """The graph between the laboratory and the screen."""

    least = (24, 9)

    def __init__(self) -> None:
        super().__init__(id="graph", classes="panel")
        self._wanted: tuple[int, frozenset[int]] = (-1, frozenset())

    def request(self) -> Request:
        """Ask for the numbers of the boxes in sight, or for those of one op."""
        return _ask_op(self.op, self.size) if self.shows_numbers else _ask(self.near_nodes())

    def show(self, moment: Moment) -> None:
        """Draw another moment: another graph, other numbers, another focus."""
        if moment.nodes is not self.infos and moment.nodes != self.infos:
            self.set_graph(moment.nodes)
        found = moment.pictures.get("graph")
        self.element = moment.element
        self.give(moment.snapshot, found if isinstance(found, dict) else {})
        self.focus_node(moment.focus)
        if isinstance(found, NumbersPicture):
            self.give_numbers(found)
        self._want()
        self.redraw_rule()

    def rule(self) -> tuple[str, str]:
        """Return the level of the zoom with what is unfolded, and how many ops there are."""
        op = self.infos[self.op].name if 0 <= self.op < len(self.infos) else ""
        return level_told(self.outline, self.scene, self.level, op)

    def _set_scene(self, scene: Scene, walk: Walk) -> None:
        super()._set_scene(scene, walk)
        self.redraw_rule()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say in the rule what is above and below."""
        super().watch_scroll_y(old_value, new_value)
        self.redraw_rule()

    def _want(self) -> None:
        """Ask, once a moment, for the numbers in sight that are missing."""
        if self.shows_numbers:
            return
        wanted = (self.snapshot.version, self.missing_nodes())
        if wanted[1] and wanted != self._wanted:
            self._wanted = wanted
            self.post_message(self.Wants())

    def on_graph_canvas_seen(self, event: GraphView.Seen) -> None:
        """Ask for the numbers of what came in sight."""
        event.stop()
        if self.shows_numbers:
            self.post_message(self.Wants())
        self._want()

    def on_graph_numbers_number_focused(self, event: GraphView.NumberFocused) -> None:
        """Look at the number everywhere."""
        self.post_message(self.Goes(event.index, event.element))

    def on_graph_view_zoomed(self, event: GraphView.Zoomed) -> None:
        """Keep how the graph is shown."""
        event.stop()
        self.post_message(self.Keeps(event.lines))

    def on_graph_view_why(self, event: GraphView.Why) -> None:
        """Show where the chosen number comes from."""
        event.stop()
        self.post_message(self.Follows(Goal(command="why")))

    def on_graph_view_node_focused(self, event: GraphView.NodeFocused) -> None:
        """Look at the node everywhere."""
        self.post_message(self.Goes(event.index))


def _ask(nodes: list[int]) -> Callable[[Lab, Look], dict[int, Brief]]:
    return lambda lab, look: dict(zip(nodes, lab.brief(nodes), strict=True))


def _ask_op(op: int, size: Size) -> Callable[[Lab, Look], NumbersPicture | None]:
    return lambda lab, look: ask_numbers(lab, look, op, (size.width, size.height))


PANEL = PanelKind("graph", 1, "graph", READING, GraphPanel, letter="g")
