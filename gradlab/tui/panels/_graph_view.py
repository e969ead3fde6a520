"""The keys and the mouse of the graph: a cursor that moves along its lines, zoom, and modules that unfold."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Offset, Region
from textual.message import Message

from gradlab.draw.canvas import INWARD, OUTWARD
from gradlab.draw.ink import Goal
from gradlab.draw.modules import UPDATE
from gradlab.draw.scene import FLAT, Outline, Scene, View
from gradlab.source import did_you_mean
from gradlab.tui.panels._graph_goals import GraphGoals
from gradlab.tui.panels._walk import Walk
from gradlab.tui.panels._zoom import level_of


class GraphView(GraphGoals):
    """The graph of a scenario, and a cursor that moves along its lines."""

    _told: Sequence[str] = ()
    _waiting: Sequence[tuple[str, bool]] = ()

    class Why(Message):
        """A person asks where the chosen number comes from."""

    class NodeFocused(Message):
        """A person looks at another node."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    class Zoomed(Message):
        """The graph is shown otherwise. lines: bring it there."""

        def __init__(self, lines: Sequence[str]) -> None:
            self.lines = tuple(lines)
            super().__init__()

    # How near

    def zoom(self, word: str) -> None:
        """Show the graph at a level, see `LEVELS`. Raises ValueError for another word."""
        self.zooming.to(level_of(word))
        self._zoomed()

    def unfold(self, word: str, *, opened: bool) -> str:
        """Unfold a module by its name, or fold it; return why that cannot be, or "". What is not laid out yet waits."""
        if self.busy:
            self._waiting = [*self._waiting, (word, opened)]
            return ""
        module = UPDATE if word == "update" else word
        if module not in self.outline.modules:
            known = [name for name in self.outline.modules if not name.startswith(UPDATE)]
            return f"there is no module `{word}`; {did_you_mean(word, known) or f'{len(known):,} others are there'}"
        before = self.zooming.now.view(self.outline)
        self.zooming.unfold(self.outline, module, opened=opened)
        self._zoomed()
        is_so = f"`{word}` is {'unfolded' if opened else 'folded'}"
        return "" if self.zooming.now.view(self.outline) != before else is_so

    def reveal(self, node: int) -> None:
        """Unfold the modules that a node stands in, at a level that folds any."""
        path = self.outline.paths[node] if 0 <= node < len(self.outline.paths) else ()
        if path and (path[0] == UPDATE or self.zooming.now.view(self.outline).level not in FLAT):
            self.unfold("update" if path[0] == UPDATE else ".".join(path), opened=True)

    def _laid_out(self, outline: Outline, view: View, scene: Scene, walk: Walk) -> None:
        super()._laid_out(outline, view, scene, walk)
        waiting, self._waiting = self._waiting, []
        for word, opened in waiting:
            self.unfold(word, opened=opened)

    def _zoomed(self) -> None:
        """Draw the graph as it is to be seen now, and tell by which lines."""
        self.lay_out()
        lines = self.zooming.lines(self.outline)
        kept, self._told = self._told, lines
        if lines != kept:
            gone = [line for line in kept if line not in lines and lines[:1] == kept[:1]]
            back = {"unfold": "fold", "fold": "unfold"}
            undone = [f"{back[word]} {name}" for word, _, name in (line.partition(" ") for line in gone) if word in back]
            self.post_message(self.Zoomed([*lines, *undone]))

    def nearer(self) -> str:
        """Unfold the module under the cursor and those like it, or go a level nearer; return why there is none, or ""."""
        before = self.zooming.now
        if self.shows_numbers:
            return "this is the nearest level"
        box = self.cursor_box
        folded = self.scene.boxes[box].module if box >= 0 and not self.scene.boxes[box].frame else ""
        self.focused_module = folded or self.focused_module
        self.zooming.nearer(self.outline, folded)
        self._zoomed()
        return "" if self.zooming.now.view(self.outline) != before.view(self.outline) else "there is nothing nearer"

    def farther(self) -> str:
        """Go back to what was farther: the last level, or the module around the cursor folded; return why not, or ""."""
        before = self.zooming.now
        self.zooming.farther(self.outline, self._frame())
        self._zoomed()
        return "" if self.zooming.now.view(self.outline) != before.view(self.outline) else "there is nothing farther"

    def _frame(self) -> str:
        """Return the unfolded module that the cursor is on, or in, or ""."""
        box = self.cursor_box
        if box < 0:
            return ""
        inside = box if self.scene.boxes[box].frame else self.scene.boxes[box].inside
        return self.scene.boxes[inside].module if inside >= 0 else ""

    def enter(self) -> str:
        """Unfold or fold a module; show the numbers of an op, and where one of them comes from. Return why not, or ""."""
        if self.shows_numbers:
            self.post_message(self.Why())
            return ""
        if self.list is not None:
            chosen = self.list.boxes[self.list.chosen]
            self.list = None
            self._go(chosen)
            self.lay_over()
            return ""
        box = self.cursor_box
        if box < 0:
            return "nothing is chosen"
        module = self.scene.boxes[box].module
        if module:
            self.focused_module = module
            self.zooming.toggle(self.outline, module)
        else:
            self.zooming.to("numbers")
        self._zoomed()
        return ""

    # The cursor

    def focus_node(self, index: int, tell: bool = False, module: str = "") -> None:
        """Put the cursor on a node, or on an unfolded module, and keep it in sight; -1 takes it away.

        With `tell` it posts `NodeFocused`.
        """
        if self.shows_numbers:
            self.focused_node = index
            return
        if (index, module) != (self.focused_node, self.focused_module):
            if index != self.focused_node or tell:
                self.focused_module = module
            told, self.focused_node = index != self.focused_node and tell, index
            self._highlight()
            self._compare(self._visible_boxes())
            self.lay_over()
            if told:
                self.post_message(self.NodeFocused(index))
        self.scroll_to_node(index)

    def chosen_cell(self) -> Offset:
        """Return the cell of the mark on the box that a person looks at, in the widget; the first one if it is out of sight."""
        box = self.scene.find(self.focused_node, self.focused_module)
        if box >= 0:
            x, y, _, _ = self.scene.canvas.region(box)
            place = Offset(x + 1 + self._margin, y) - self.scroll_offset
            if self.size.region.contains(*place):
                return place
        return Offset(0, 0)

    def scroll_to_node(self, index: int) -> None:
        """Scroll so that the box of a node can be seen, with what is just around it."""
        box = self.scene.find(index, self.focused_module) if not self.shows_numbers else -1
        if box >= 0 and self.size.area:
            x, y, width, height = self.scene.canvas.region(box)
            region = Region(x, y, width, min(height, 4)).grow((2, 3, 2, 3))
            bounds = Region(0, 0, *self.scene.canvas.size)
            self.scroll_to_region(region.intersection(bounds), animate=False, force=True, immediate=True)

    def _show(self, scene: Scene, walk: Walk) -> None:
        self._set_scene(scene, walk)
        self._highlight()
        self._came_in_sight()
        self.scroll_to_node(self.focused_node if self.focused_node in scene.box_of else self.snapshot.current)

    def _highlight(self) -> None:
        """Mark the lines that enter and leave the focused box."""
        box, canvas = self.cursor_box, self.scene.canvas
        marked = dict.fromkeys(canvas.inputs[box], INWARD) if box >= 0 else {}
        if box >= 0:
            marked[canvas.nets[box]] = OUTWARD
        for piece in canvas.highlight(marked):
            self._refresh_part(piece)

    def cursor(self, way: str) -> str:
        """Move the cursor along a line ("up", "down"), or to the side ("left", "right"); return why it cannot be, or ""."""
        if self.shows_numbers:
            return "" if self.step(way) else "there is no more in this direction"
        if self.move_in_list(way):
            return ""
        before = (self.focused_node, self.focused_module)
        box = self.cursor_box
        if box < 0:
            box = self.scene.box_of.get(self.snapshot.current, -1)
        if box < 0:
            left, top = self.scroll_offset
            box = self._walk.nearest(left + self.size.width // 2, top + self.size.height // 2)
        elif way in ("up", "down") and self.open_list(box, way):
            return ""
        else:
            box = self._walk.step(box, way)
        self._go(box)
        return "" if before != (self.focused_node, self.focused_module) else "no line leads there"

    def _go(self, box: int) -> None:
        """Put the cursor on a box."""
        if box >= 0:
            found = self.scene.boxes[box]
            self.focus_node(self.scene.speaker[box], tell=True, module=found.module if found.frame else "")

    def scroll_view(self, way: str) -> str:
        """Move the view by a part of it, not the cursor; return that there is no more, or ""."""
        across, down = max(4, self.size.width // 4), max(2, self.size.height // 4)
        return self._scroll_some(*{"left": (-across, 0), "right": (across, 0), "up": (0, -down), "down": (0, down)}[way])

    def first(self) -> str:
        """Look at the beginning of the graph."""
        return self._scroll_some(0, -self.virtual_size.height)

    def last(self) -> str:
        """Look at the end of the graph."""
        return self._scroll_some(0, self.virtual_size.height)

    def page(self, by: float) -> str:
        """Move the view by some heights of the panel."""
        return self._scroll_some(0, int(by * max(1, self.size.height - 2)))

    def _scroll_some(self, across: int, down: int) -> str:
        before = self.scroll_offset
        self.scroll_relative(x=across or None, y=down or None, animate=False, force=True, immediate=True)
        return "" if self.scroll_offset != before else "all of the graph is in sight in this direction"

    def point(self, x: int, y: int) -> Goal | None:
        """Return the node of the box, or the number, in a cell."""
        left, top = self.scroll_offset
        if self.shows_numbers:
            place = self.sheet.at(x + left, y + top)
            return Goal(place.node, place.element) if place is not None else None
        box = self.scene.canvas.box_at(x + left - self._margin, y + top)
        return Goal(self.scene.speaker[box]) if box >= 0 else None

    def on_click(self, event: events.Click) -> None:
        """Let a click mean nothing that ends a drag."""
        if self._dragged:
            self._dragged = False
            event.stop()

    def on_resize(self) -> None:
        """Ask for what has come in sight, and keep the cursor there."""
        self.lay_out()
        self._new_map()
        self._came_in_sight()
        self.scroll_to_node(self.focused_node)
