"""A graph on a canvas that can be scrolled, without a widget for a node. Laid out in a thread."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from math import prod

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import get_current_worker

from gradlab.axis.position import State
from gradlab.collecting import held_back
from gradlab.draw.canvas_box import Reading
from gradlab.draw.ink import Row, Run
from gradlab.draw.modules import FLAT_UPDATE
from gradlab.draw.scene import Outline, Scene, View, empty_scene, make_scene
from gradlab.draw.themes import Theme
from gradlab.lab.snapshot import Brief, NodeInfo, Snapshot
from gradlab.tui.panels._walk import Walk
from gradlab.tui.panels._zoom import Zoom
from gradlab.tui.styles import PARTS, ascii_only, style_of, theme_in
from gradlab.tui.widgets.internals import set_content_size

Ask = Callable[[list[int]], list[Brief]]
NEAR = 200_000
"""Numbers that are looked through for boxes that are out of sight; a box counts at least a hundredth of them."""
MANY = 1000
"""Nodes whose drawing is left out of the collections of garbage."""
KEPT = 24
"""Drawings that are kept."""
NARROW, LOW = 72, 20
"""With fewer columns or rows than these a box shows the number of the phase only."""
STATES = tuple(State)


class GraphCanvas(ScrollView, can_focus=True):
    """The graph of a scenario at one zoom level."""

    class Seen(Message):
        """Other nodes have come in sight: `visible_nodes` has changed, by scrolling, zooming or a new layout."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.infos: tuple[NodeInfo, ...] = ()
        self.snapshot = Snapshot()
        self.zooming = Zoom()
        self.outline = Outline(())
        self.view = View()
        self.focused_node = -1
        self.focused_module = ""
        self.busy = False
        self.scene, self._walk = nothing()
        self._scenes: OrderedDict[View, tuple[Scene, Walk]] = OrderedDict()
        self._ask: Ask | None = None
        self._briefs: dict[int, Brief] = {}
        self._readings: dict[int, Reading] = {}
        self._faces: dict[int, tuple[Row, ...]] = {}
        self._arrived: dict[int, str] = {}
        self._kept_base: Style | None = None
        self._painted: tuple[Style | None, Theme | None, dict[str, Style]] = (None, None, {})

    # What is shown

    def set_graph(self, infos: tuple[NodeInfo, ...]) -> None:
        """Show another graph. It is laid out in a thread; "laying out …" stands there meanwhile."""
        self.infos = infos
        self._scenes.clear()
        self._briefs.clear()
        self.zooming = Zoom()
        self.focused_node = self.focused_node if self.focused_node < len(infos) else -1
        self.focused_module = ""
        self.busy = True
        self._set_scene(*nothing())
        self._in_thread(None)

    @property
    def is_narrow(self) -> bool:
        """Whether there is little room, so that a box shows the number of the phase only."""
        return bool(self.size.area) and (self.size.width < NARROW or self.size.height < LOW)

    def lay_out(self) -> None:
        """Draw what `zooming` says. What was drawn before stands there until it is laid out."""
        if self.busy:
            return
        view = self._view_of(self.outline)
        if view == self.view:
            return
        self.view = view
        found = self._scenes.get(view)
        if found is not None:
            self._show(*found)
        else:
            self._in_thread(self.outline)

    def _in_thread(self, outline: Outline | None) -> None:
        infos, now, how = self.infos, self.zooming.now, (self.is_narrow, ascii_only(self.app))

        def work() -> None:
            known = outline or Outline(infos)
            self._work(known, now.view(known, *how))

        self.run_worker(work, thread=True, exclusive=True, group="layout")

    def _view_of(self, outline: Outline) -> View:
        return self.zooming.now.view(outline, self.is_narrow, ascii_only(self.app))

    def _work(self, outline: Outline, view: View) -> None:
        worker = get_current_worker()
        with held_back():
            scene = make_scene(outline, view)
            walk = Walk(scene)
        if len(outline.infos) > MANY:
            gc.freeze()  # a full collection goes through the outline and the scene of 10,000 nodes: 40 ms in the midst of a key
        if not worker.is_cancelled:
            self.app.call_from_thread(self._laid_out, outline, view, scene, walk)

    def _laid_out(self, outline: Outline, view: View, scene: Scene, walk: Walk) -> None:
        if outline.infos is not self.infos:
            return
        self.outline, self.busy = outline, False
        self._scenes[view] = scene, walk
        if len(self._scenes) > KEPT:
            self._scenes.popitem(last=False)
        if view == self._view_of(outline):
            self.view = view
            self._show(scene, walk)
        else:
            self.lay_out()

    def _show(self, scene: Scene, walk: Walk) -> None:
        self._set_scene(scene, walk)
        self._came_in_sight()

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
        """Go to another moment, whose numbers are still to come. A small update phase is unfolded when it begins."""
        if (snapshot.version, snapshot.position) != (self.snapshot.version, self.snapshot.position):
            self._briefs.clear()
        self._arrived = _arrivals(snapshot, self.infos)
        before, self.snapshot = self.snapshot, snapshot
        if (before.position.phase, snapshot.position.phase) in (("f", "u"), ("b", "u")) and self._has_small_update():
            self.show_update_phase(True)

    def _has_small_update(self) -> bool:
        return 0 < sum(info.phase == "u" for info in self.infos) <= FLAT_UPDATE

    def show_update_phase(self, shown: bool) -> None:
        """Unfold the update phase below the model, or fold it."""
        self.zooming.shows_update(shown)
        self.lay_out()

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

    @property
    def cursor_box(self) -> int:
        """The box that a person looks at, or -1: an unfolded module, or the box of the node."""
        return self.scene.find(self.focused_node, self.focused_module)

    def _reading(self, box: int) -> Reading:
        node, members = self.scene.speaker[box], self.scene.members[box]
        snapshot, frame = self.snapshot, self.scene.boxes[box].frame
        chosen = self.cursor_box
        on_frame = chosen >= 0 and self.scene.boxes[chosen].frame
        focused = box == chosen if frame or on_frame else self.focused_node in members
        if frame:
            return Reading(focused=focused)
        return Reading(
            value_state=_state(snapshot.value_states, node),
            grad_state=_state(snapshot.grad_states, node),
            brief=self._briefs.get(node),
            current=snapshot.current in members,
            following=snapshot.following in members,
            focused=focused,
            arrived=self._arrived.get(node, ""),
            label="δ" if snapshot.position.phase == "b" else "v",
        )

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

    def _came_in_sight(self) -> None:
        self._fetch()
        if self.missing_nodes():
            self.post_message(self.Seen())

    def render_line(self, y: int) -> Strip:
        """Return one line of the widget. Every segment has a style: Textual fails under NO_COLOR if one has none."""
        base = self._kept_base = self._kept_base or self.rich_style
        width = self.size.width
        if self.busy:
            return self.strip([("laying out …" if y == 0 else "", "dim")], base).crop_extend(0, width, base)
        left, top = self.scroll_offset
        start, runs = self.scene.canvas.row(top + y, left, left + width, self._face)
        margin: list[Run] = [(" " * self._margin, "")] if self._margin else []
        return self.strip([*margin, *runs], base).crop_extend(left - start, left - start + width, base)

    def strip(self, runs: Iterable[Run], base: Style) -> Strip:
        """Return runs as a line."""
        style = self._styles(base)
        return Strip([Segment(text, style[role]) for text, role in runs])

    def _styles(self, base: Style) -> Mapping[str, Style]:
        """Return the style of each role over a background; adding two styles takes longer than drawing the text."""
        theme = theme_in(self.app)
        if self._painted[:2] != (base, theme):
            self._painted = (base, theme, {role: base + style_of(role, theme) for role in PARTS})
        return self._painted[2]

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
