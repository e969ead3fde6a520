"""Panel 1: the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.geometry import Size

from gradlab.axis.position import State
from gradlab.draw.ink import Goal
from gradlab.draw.scene import Scene
from gradlab.draw.shares import EdgeShare, forks
from gradlab.draw.told import level_told
from gradlab.errors import GradlabError
from gradlab.lab.snapshot import Brief
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._graph_view import GraphView
from gradlab.tui.panels._numbers import NumbersPicture, ask_numbers
from gradlab.tui.panels._panel import PanelKind, PanelWidget
from gradlab.tui.panels._walk import Walk

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST_FORKS = 8
"""Nodes whose ways are asked for."""
READING = """\
A box is a node: its name, its op, its value v and its gradient δ; the lines lead from a node down to those that read it. The
double border is the op that was executed last, the dashed one comes next, ▸ and a heavy border is where you look: up and down
follow the lines, left and right go to the neighbour. `+` and `-` zoom: network, layers, ops, numbers.

▸▸ is a module that is folded: Enter unfolds it in a frame, and folds it again, as `:unfold NAME` and `:fold NAME` do; `+`
unfolds those built alike with it, `-` takes that back. Its numbers are those of what leaves it. In the backward pass it stands
beside the lines of an unfolded module which share of a gradient came by them, `skip 82 %`. The update phase is one module.
Enter on an op shows its numbers: a heavy frame stands around what the chosen number moves, a dotted one where it moves
something by 0. Where a box reads twenty others or more, or is read by so many, up and down open a list of them.

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
        self._kept_ways: dict[Any, tuple[EdgeShare, ...]] = {}

    def request(self) -> Request:
        """Ask for the numbers of the boxes in sight, or for those of one op."""
        return _ask_op(self.op, self.size) if self.shows_numbers else _ask(self.near_nodes(), self._forks(), self._kept_ways)

    def show(self, moment: Moment) -> None:
        """Draw another moment: another graph, other numbers, another focus."""
        if moment.nodes is not self.infos and moment.nodes != self.infos:
            self.set_graph(moment.nodes)
        found = moment.pictures.get("graph")
        self.element = moment.element
        self.give(moment.snapshot, found.briefs if isinstance(found, GraphSeen) else {})
        self.give_ways(found.ways if isinstance(found, GraphSeen) else {})
        self.focus_node(moment.focus)
        if isinstance(found, NumbersPicture):
            self.give_numbers(found)
        self._want()
        self.redraw_rule()

    def _forks(self) -> list[int]:
        """Return some nodes in sight that several boxes read, where a module is unfolded."""
        if not self.scene.frames:
            return []
        seen = set(self.near_nodes())
        return [node for node in forks(self.scene) if node in seen][:MOST_FORKS]

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


@dataclass(frozen=True, slots=True)
class GraphSeen:
    """The numbers of boxes by their nodes, and the ways on which gradients came to nodes that several boxes read."""

    briefs: Mapping[int, Brief]
    ways: Mapping[int, Sequence[EdgeShare]]


def _ask(nodes: list[int], forked: list[int], kept: dict[Any, tuple[EdgeShare, ...]]) -> Callable[[Lab, Look], GraphSeen]:
    def asked(lab: Lab, look: Look) -> GraphSeen:
        briefs = dict(zip(nodes, lab.brief(nodes), strict=True))
        states = look.snapshot.grad_states
        final = [index for index in forked if 0 <= index < len(states) and states[index] == State.FINAL]
        return GraphSeen(briefs, {index: _ways(lab, index, kept) for index in final})

    return asked


def _ways(lab: Lab, index: int, kept: dict[Any, tuple[EdgeShare, ...]]) -> tuple[EdgeShare, ...]:
    """Return the ways on which a gradient came; `kept` has them as long as nothing was done."""
    key = lab.version, lab.question is None, index
    if any(one[:2] != key[:2] for one in kept):
        kept.clear()
    if key not in kept:
        try:
            kept[key] = tuple(EdgeShare(way.kind, way.consumers, way.share) for way in lab.paths(index).ways)
        except GradlabError:
            kept[key] = ()
    return kept[key]


def _ask_op(op: int, size: Size) -> Callable[[Lab, Look], NumbersPicture | None]:
    return lambda lab, look: ask_numbers(lab, look, op, (size.width, size.height))


PANEL = PanelKind("graph", 1, "graph", READING, GraphPanel, letter="g")
