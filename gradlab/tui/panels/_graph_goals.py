"""What can be chosen in sight of the graph: boxes, their numbers, the numbers of an op; each with where it leads."""

from __future__ import annotations

from collections.abc import Iterator

from textual.geometry import Offset, Region

from gradlab.draw.ink import Goal
from gradlab.tui.panels._graph_overlays import GraphOverlays

NUMBER_ROWS = {"box": ((1, "value"), (2, "delta")), "module": ((2, "value"),), "short": ((1, ""),)}
"""By the form of a box its rows with a number, and which it is; "" for that of the phase."""
QUANTITY = {"value": "value", "grad": "delta"}


class GraphGoals(GraphOverlays):
    """The graph at one zoom level, and what can be chosen in it."""

    def goals(self) -> list[tuple[Region, Goal]]:
        """Return what in sight leads somewhere, with its place in the widget."""
        sight = Region(0, 0, *self.scrollable_content_region.size)
        found = self._number_goals() if self.shows_numbers else self._box_goals()
        return [(shown, goal) for place, goal in found if (shown := place.intersection(sight)).area and self._is_free(shown)]

    def _is_free(self, place: Region) -> bool:
        """Whether nothing is laid over a place."""
        return not any(one.region.overlaps(place) for one in self._overlays)

    def _number_goals(self) -> Iterator[tuple[Region, Goal]]:
        left, top = self.scroll_offset
        for one in self.sheet.regions:
            place = Region(one.x - left, one.y - top, one.width, 1)
            yield place, Goal(node=one.node, element=one.element, what=QUANTITY[one.quantity])

    def _box_goals(self) -> Iterator[tuple[Region, Goal]]:
        """Yield the goals of the boxes in sight: the upper border leads to the node, a number to that number."""
        left, top = self.scroll_offset
        phase = "delta" if self.snapshot.position.phase == "b" else "value"
        for box in self._visible_boxes():
            x, y, width, _ = self.scene.canvas.region(box)
            at, node = Offset(x - left + self._margin, y - top), self.scene.speaker[box]
            form = self.scene.canvas.plates[box].form
            yield Region(at.x, at.y, width, 1), Goal(node=node)
            for down, what in NUMBER_ROWS.get(form, ()):
                element = -1 if self.infos[node].shape else 0
                yield Region(at.x + 1, at.y + down, width - 2, 1), Goal(node=node, element=element, what=what or phase)

    def goal_at(self, x: int, y: int) -> Goal | None:
        """Return where the cell leads, counted from the corner of the content."""
        return next((goal for place, goal in self.goals() if place.contains(x, y)), None)

    def chosen_cell(self) -> Offset:
        """Return the cell that a screen reader is to read: the name of what is chosen, else the first cell."""
        left, top = self.scroll_offset
        if self.shows_numbers:
            chosen = (self.focused_node, self.element)
            place = next((one for one in self.sheet.regions if (one.node, one.element) == chosen), None)
            found = Offset(place.x - left, place.y - top) if place is not None else Offset(0, 0)
        else:
            box = self.cursor_box
            x, y = self.scene.canvas.region(box)[:2] if box >= 0 else (left, top)
            found = Offset(x - left + (self._margin if box >= 0 else 0), y - top)
        return found if Region(0, 0, *self.size).contains(*found) else Offset(0, 0)
