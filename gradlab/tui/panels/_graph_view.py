"""The graph on a canvas that can be scrolled, without a widget for a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import get_current_worker

from gradlab.axis.position import State
from gradlab.collecting import held_back
from gradlab.draw.canvas import INWARD, OUTWARD
from gradlab.draw.canvas_box import Reading
from gradlab.draw.ink import Row
from gradlab.draw.scene import LEVELS, Scene, empty_scene, make_scene
from gradlab.lab.snapshot import Brief, NodeInfo, Snapshot
from gradlab.tui.panels._walk import Walk
from gradlab.tui.styles import ROLES
from gradlab.tui.widgets.internals import set_content_size

if TYPE_CHECKING:
    from textual.binding import BindingType

Ask = Callable[[list[int]], list[Brief]]
LINES_FROM = 2_000
NEAR = 200_000
"""Numbers that are looked through for boxes that are out of sight; a box counts at least a hundredth of them."""
STATES = tuple(State)


class GraphView(ScrollView, can_focus=True):
    """The graph of a scenario, and a cursor that moves along its lines."""

    BINDINGS: ClassVar[list[BindingType]] = []

    class NodeFocused(Message):
        """A person looks at another node."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    class Seen(Message):
        """Other nodes have come in sight: `visible_nodes` has changed, by scrolling, zooming or a new layout."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.infos: tuple[NodeInfo, ...] = ()
        self.snapshot = Snapshot()
        self.level = "op"
        self.show_update = False
        self.focused_node = -1
        self.busy = False
        self.scene, self._walk = nothing()
        self._scenes: dict[tuple[str, bool], tuple[Scene, Walk]] = {}
        self._ask: Ask | None = None
        self._briefs: dict[int, Brief] = {}
        self._readings: dict[int, Reading] = {}
        self._faces: dict[int, tuple[Row, ...]] = {}
        self._arrived: dict[int, str] = {}
        self._kept_base: Style | None = None
        self._painted: tuple[Style | None, dict[str, Style]] = (None, {})

    # What is shown

    def set_graph(self, infos: tuple[NodeInfo, ...]) -> None:
        """Show another graph. It is laid out in a thread; "laying out …" stands there meanwhile."""
        self.infos = infos
        self._scenes.clear()
        self._briefs.clear()
        if len(infos) > LINES_FROM and self.level == "op":
            self.level = "line"
        self.focused_node = self.focused_node if self.focused_node < len(infos) else -1
        self._lay_out()

    def zoom(self, level: str) -> None:
        """Show one box a layer ("layer"), a node ("op"), or one line a node ("line"). Raises ValueError for another word."""
        if level not in LEVELS:
            raise ValueError(f"no zoom level `{level}`; there are {', '.join(LEVELS)}")
        if level != self.level:
            self.level = level
            self._lay_out()

    def show_update_phase(self, shown: bool) -> None:
        """Show the nodes of the update phase below the model, or hide them."""
        if shown != self.show_update:
            self.show_update = shown
            self._lay_out()

    def _lay_out(self) -> None:
        key = (self.level, self.show_update)
        found = self._scenes.get(key)
        if found is not None:
            self._show(*found)
            return
        self.busy = True
        self._set_scene(*nothing())
        self.run_worker(lambda: self._work(self.infos, key), thread=True, exclusive=True, group="layout")

    def _work(self, infos: tuple[NodeInfo, ...], key: tuple[str, bool]) -> None:
        worker = get_current_worker()
        with held_back():
            scene = make_scene(infos, *key)
            walk = Walk(scene)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._laid_out, infos, key, scene, walk)

    def _laid_out(self, infos: tuple[NodeInfo, ...], key: tuple[str, bool], scene: Scene, walk: Walk) -> None:
        if infos is self.infos:
            self._scenes[key] = scene, walk
            if key == (self.level, self.show_update):
                self._show(scene, walk)

    def _show(self, scene: Scene, walk: Walk) -> None:
        self.busy = False
        self._set_scene(scene, walk)
        self._highlight()
        self._came_in_sight()
        self.scroll_to_node(self.focused_node if self.focused_node in scene.box_of else self.snapshot.current)

    def _set_scene(self, scene: Scene, walk: Walk) -> None:
        self.scene, self._walk = scene, walk
        self._faces.clear()
        self._readings.clear()
        set_content_size(self, Size(*scene.canvas.size))
        self.refresh()

    # Numbers

    def update(self, snapshot: Snapshot, briefs: Ask | None = None) -> None:
        """Draw another moment. `briefs` gives the numbers of nodes; it is asked only for those in sight."""
        self._ask = briefs if briefs is not None else self._ask
        self._move(snapshot)
        self._fetch()

    def _move(self, snapshot: Snapshot) -> None:
        """Go to another moment, whose numbers are still to come."""
        if (snapshot.version, snapshot.position) != (self.snapshot.version, self.snapshot.position):
            self._briefs.clear()
        self._arrived = _arrivals(snapshot, self.infos)
        self.snapshot = snapshot
        if snapshot.position.phase == "u" and not self.show_update and any(info.phase == "u" for info in self.infos):
            self.show_update_phase(True)

    def give(self, snapshot: Snapshot, briefs: Mapping[int, Brief]) -> None:
        """Draw another moment with the numbers of some nodes, for a laboratory that cannot be asked in this thread."""
        self._move(snapshot)
        self._briefs.update(briefs)
        self._compare(self._visible_boxes())

    def visible_nodes(self) -> list[int]:
        """Return the nodes whose numbers are in sight."""
        return [self.scene.speaker[box] for box in self._visible_boxes()]

    def near_nodes(self) -> list[int]:
        """Return the nodes in sight, and those that a step may bring into sight, as far as they are quickly asked."""
        left, top = self.scroll_offset
        width, height = self.size
        near = self.scene.canvas.visible(max(0, left - width // 2), top - height, left + width * 3 // 2, top + 2 * height)
        nodes = dict.fromkeys(self.visible_nodes())
        room = NEAR
        for node in (self.scene.speaker[box] for box in near):
            room -= prod(self.infos[node].shape) + NEAR // 100
            if room < 0:
                break
            nodes[node] = None
        return list(nodes)

    def missing_nodes(self) -> frozenset[int]:
        """Return the nodes in sight whose numbers have not come yet."""
        return frozenset(node for node in self.visible_nodes() if node not in self._briefs)

    @property
    def _margin(self) -> int:
        """The columns left of a drawing that is narrower than the widget: it stands in the middle."""
        return max(0, (self.size.width - self.scene.canvas.size[0]) // 2)

    def _visible_boxes(self) -> list[int]:
        left, top = self.scroll_offset
        width, height = self.size
        return self.scene.canvas.visible(left, top, left + width, top + height)

    def _fetch(self) -> None:
        """Ask for the numbers of the boxes in sight that are not there yet, then draw what changed."""
        boxes = self._visible_boxes()
        missing = [node for node in dict.fromkeys(self.scene.speaker[box] for box in boxes) if node not in self._briefs]
        if missing and self._ask is not None:
            self._briefs.update(zip(missing, self._ask(missing), strict=True))
        self._compare(boxes)

    def _compare(self, boxes: Iterable[int]) -> None:
        """Draw the boxes in sight again whose text has changed; forget the text of those out of sight."""
        seen = set(boxes)
        for box in [box for box in self._faces if box not in seen]:
            del self._faces[box]
        for box in seen:
            reading = self._reading(box)
            if self._readings.get(box) != reading:
                self._readings[box] = reading
                self._faces.pop(box, None)
                self._refresh_part(self.scene.canvas.region(box))

    def _refresh_part(self, part: tuple[int, int, int, int]) -> None:
        """Draw a part of the picture again, if it is in sight."""
        region = Region(*part).translate(-self.scroll_offset).translate((self._margin, 0))
        shown = region.intersection(Region(0, 0, *self.size))
        if shown.area:
            self.refresh(shown)

    def _reading(self, box: int) -> Reading:
        node, members = self.scene.speaker[box], self.scene.members[box]
        snapshot = self.snapshot
        return Reading(
            value_state=_state(snapshot.value_states, node),
            grad_state=_state(snapshot.grad_states, node),
            brief=self._briefs.get(node),
            current=snapshot.current in members,
            following=snapshot.following in members,
            focused=self.focused_node in members,
            arrived=self._arrived.get(node, ""),
        )

    # The cursor

    def focus_node(self, index: int, tell: bool = False) -> None:
        """Put the graph cursor on a node and keep it in sight; -1 takes it away. With `tell` it posts `NodeFocused`."""
        if index != self.focused_node:
            self.focused_node = index
            self._highlight()
            self._compare(self._visible_boxes())
            if tell:
                self.post_message(self.NodeFocused(index))
        self.scroll_to_node(index)

    def scroll_to_node(self, index: int) -> None:
        """Scroll so that the box of a node can be seen, with what is just around it."""
        box = self.scene.box_of.get(index, -1)
        if box >= 0 and self.size.area:
            region = Region(*self.scene.canvas.region(box)).grow((2, 3, 2, 3))
            bounds = Region(0, 0, *self.scene.canvas.size)
            self.scroll_to_region(region.intersection(bounds), animate=False, force=True, immediate=True)

    def _highlight(self) -> None:
        """Mark the lines that enter and leave the focused box."""
        box = self.scene.box_of.get(self.focused_node, -1)
        marked = dict.fromkeys(self.scene.canvas.inputs[box], INWARD) if box >= 0 else {}
        if box >= 0:
            marked[box] = OUTWARD
        for piece in self.scene.canvas.highlight(marked):
            self._refresh_part(piece)

    def action_walk(self, way: str) -> None:
        """Move the cursor along a line, or to the side."""
        box = self.scene.box_of.get(self.focused_node, -1)
        if box < 0:
            box = self.scene.box_of.get(self.snapshot.current, -1)
        if box < 0:
            left, top = self.scroll_offset
            box = self._walk.nearest(left + self.size.width // 2, top + self.size.height // 2)
        else:
            box = self._walk.step(box, way)
        if box >= 0:
            self.focus_node(self.scene.speaker[box], tell=True)

    def action_zoom_by(self, steps: int) -> None:
        """Zoom in or out."""
        order = ("layer", "line", "op")
        self.zoom(order[min(max(order.index(self.level) + steps, 0), len(order) - 1)])

    def action_toggle_update(self) -> None:
        """Show or hide the update phase."""
        self.show_update_phase(not self.show_update)

    def on_click(self, event: events.Click) -> None:
        """Focus the node under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None:
            left, top = self.scroll_offset
            box = self.scene.canvas.box_at(offset.x + left - self._margin, offset.y + top)
            if box >= 0:
                self.focus_node(self.scene.speaker[box], tell=True)

    # Drawing

    def notify_style_update(self) -> None:
        """Forget the background: looking it up takes as long as drawing a line."""
        self._kept_base = None
        super().notify_style_update()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Ask for what has come in sight."""
        super().watch_scroll_x(old_value, new_value)
        self._came_in_sight()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what has come in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._came_in_sight()

    def on_resize(self) -> None:
        """Ask for what has come in sight, and keep the cursor there."""
        self._came_in_sight()
        self.scroll_to_node(self.focused_node)

    def _came_in_sight(self) -> None:
        self._fetch()
        if self.missing_nodes():
            self.post_message(self.Seen())

    def render_line(self, y: int) -> Strip:
        """Return one line of the widget. Every segment has a style: Textual fails under NO_COLOR if one has none."""
        base = self._kept_base = self._kept_base or self.rich_style
        width = self.size.width
        if self.busy:
            return Strip([Segment("laying out …" if y == 0 else "", self._styles(base)["dim"])]).crop_extend(0, width, base)
        left, top = self.scroll_offset
        start, runs = self.scene.canvas.row(top + y, left, left + width, self._face)
        margin = [Segment(" " * self._margin, base)] if self._margin else []
        style = self._styles(base)
        strip = Strip(margin + [Segment(text, style[role]) for text, role in runs])
        return strip.crop_extend(left - start, left - start + width, base)

    def _styles(self, base: Style) -> Mapping[str, Style]:
        """Return the style of each role over a background; adding two styles takes longer than drawing the text."""
        if self._painted[0] != base:
            self._painted = (base, {role: base + style for role, style in ROLES.items()})
        return self._painted[1]

    def _face(self, box: int) -> tuple[Row, ...]:
        face = self._faces.get(box)
        if face is None:
            reading = self._readings[box] = self._reading(box)
            face = self._faces[box] = self.scene.canvas.face(box, reading)
        return face


def nothing() -> tuple[Scene, Walk]:
    """Return a scene without boxes, and the walk in it."""
    scene = empty_scene()
    return scene, Walk(scene)


def _state(states: bytes, node: int) -> State:
    return STATES[states[node]] if node < len(states) else State.PENDING


def _arrivals(after: Snapshot, infos: tuple[NodeInfo, ...]) -> dict[int, str]:
    """Return the nodes whose value ("v") or gradient ("δ") has come by the op that was executed last."""
    if not 0 <= after.current < len(infos):
        return {}
    if after.position.phase == "b":
        sent = dict.fromkeys(infos[after.current].inputs, "δ")
        return sent or {after.current: "δ"}
    return {after.current: "v"}
