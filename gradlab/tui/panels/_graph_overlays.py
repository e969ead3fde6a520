"""What is laid over the graph: a map of a large drawing, the list of very many neighbours, shares beside lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Offset, Region
from textual.strip import Strip

from gradlab.draw.ink import Row, width_of
from gradlab.draw.minimap import Minimap, Viewport, place_for_map, wants_map
from gradlab.draw.neighbours import Neighbours, list_rows, neighbours
from gradlab.draw.scene import Scene
from gradlab.draw.shares import EdgeShare, ShareLabel, share_labels
from gradlab.tui.panels._graph_numbers import GraphNumbers
from gradlab.tui.panels._walk import Walk


@dataclass(frozen=True, slots=True)
class LaidOver:
    """Rows that are laid over the widget. x, y: where they begin."""

    x: int
    y: int
    rows: tuple[Row, ...]

    @property
    def region(self) -> Region:
        """What they cover."""
        return Region(self.x, self.y, max(map(width_of, self.rows), default=0), len(self.rows))


class GraphOverlays(GraphNumbers):
    """The graph at one zoom level, with what is laid over it."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.list: Neighbours | None = None
        self._map: Minimap | None = None
        self._map_at: tuple[int, int] | None = None
        self._overlays: tuple[LaidOver, ...] = ()
        self._ways: Mapping[int, Sequence[EdgeShare]] = {}
        self._labelled: tuple[Scene, list[ShareLabel]] | None = None
        self._dragging = self._dragged = False

    def _set_scene(self, scene: Scene, walk: Walk) -> None:
        super()._set_scene(scene, walk)
        self.list = None
        self._new_map()
        self.lay_over()

    def _new_map(self) -> None:
        drawn, (width, height) = self.scene.canvas.layout, self.scrollable_content_region.size
        self._map_at = None
        self._map = Minimap(drawn, height) if wants_map(drawn, width, height) else None

    def lay_over(self) -> None:
        """Place what is laid over the graph anew, and draw what changed."""
        found = (*self._shares_over(), self._map_over(), self._list_over())
        overlays = () if self.shows_numbers or self.busy else tuple(one for one in found if one is not None)
        if overlays != self._overlays:
            before, self._overlays = self._overlays, overlays
            for one in {*before, *overlays}:
                self.refresh(one.region.intersection(Region(0, 0, *self.size)))

    def give_ways(self, ways: Mapping[int, Sequence[EdgeShare]]) -> None:
        """Say beside lines which share of a gradient came by them. ways: of a node, those on which its gradient came."""
        if ways != self._ways:
            self._ways = ways
            self._labelled = None
            self.lay_over()

    def _shares_over(self) -> Iterator[LaidOver]:
        """Yield the shares that are in sight."""
        if not self._ways or self.busy:
            return
        if self._labelled is None or self._labelled[0] is not self.scene:
            self._labelled = self.scene, share_labels(self.scene, self._ways)
        (left, top), (width, height) = self.scroll_offset, self.scrollable_content_region.size
        for one in self._labelled[1]:
            x, y = one.x + self._margin - left, one.y - top
            if 0 <= x <= width - len(one.text) and 0 <= y < height:
                yield LaidOver(x, y, (((one.text, "delta"),),))

    def _map_over(self) -> LaidOver | None:
        """Return the map where it covers no box; it stays where it is as long as that holds, or is dragged."""
        if self._map is None:
            return None
        (left, top), (width, height) = self.scroll_offset, self.scrollable_content_region.size
        rows = tuple(self._map.draw(Viewport(left, top, width, height)))
        if not self._dragging:  # else it would go from under the mouse
            sight = Viewport(left - self._margin, top, width, height)
            self._map_at = place_for_map(self.scene.canvas, sight, len(rows), self._map_at)
        return LaidOver(*self._map_at, rows) if self._map_at is not None else None

    def _list_over(self) -> LaidOver | None:
        """Return the list beside the box that it is of."""
        if self.list is None:
            return None
        rows = tuple(list_rows(self.list, self.scene.canvas.plates, self._reading))
        x, y, _, tall = self.scene.canvas.region(self.list.box)
        left, top = x + self._margin - self.scroll_offset.x, y - self.scroll_offset.y
        at = top + min(tall, 4) if self.list.way == "down" else top - len(rows)
        wide = width_of(rows[0])
        width, height = self.scrollable_content_region.size
        return LaidOver(max(0, min(left, width - wide)), max(0, min(at, height - len(rows))), rows)

    def open_list(self, box: int, way: str) -> bool:
        """Open the list of what a box reads, or is read by; return whether these are many enough."""
        self.list = neighbours(self.scene, box, way)
        if self.list is not None:
            self.lay_over()
            self.post_message(self.Seen())
        return self.list is not None

    def move_in_list(self, direction: str) -> bool:
        """Move the cursor in the list; to the side closes it."""
        if self.list is None:
            return False
        self.list = self.list.moved(-1 if direction == "up" else 1) if direction in ("up", "down") else None
        self.lay_over()
        self.post_message(self.Seen())
        return True

    def close_top(self) -> bool:
        """Close the list; return whether one was open."""
        was_open, self.list = self.list is not None, None
        self.lay_over()
        return was_open

    def visible_nodes(self) -> list[int]:
        """Return the nodes whose numbers are in sight."""
        listed = [self.scene.speaker[box] for box in self.list.shown] if self.list is not None else []
        return [*super().visible_nodes(), *listed]

    def _came_in_sight(self) -> None:
        super()._came_in_sight()
        self.lay_over()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag the view by the map."""
        self._dragging = self._dragged = self._scrolled_to(event.get_content_offset(self))
        if self._dragging:
            self.capture_mouse()
            event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Scroll as the mouse moves over the map."""
        if self._dragging:
            self._scrolled_to(event.get_content_offset(self))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End dragging."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()
            self.lay_over()

    def _scrolled_to(self, offset: Offset | None) -> bool:
        """Scroll to the part of the drawing under a cell of the map; return whether it is one."""
        place = self._map_over()
        if offset is None or self._map is None or place is None or not place.region.contains(*offset):
            return False
        row = offset.y - place.y
        if row >= self._map.rows:
            return False
        x, y = self._map.at(offset.x - place.x, row)
        self.scroll_to(x - self.size.width // 2, y - self.size.height // 2, animate=False)
        return True

    def render_line(self, y: int) -> Strip:
        """Return one line of the widget."""
        strip = super().render_line(y)
        for one in self._overlays:
            if one.y <= y < one.y + len(one.rows):
                over = self.strip(one.rows[y - one.y], self.rich_style)
                strip = Strip.join([strip.crop(0, one.x), over, strip.crop(one.x + over.cell_length, self.size.width)])
        return strip
