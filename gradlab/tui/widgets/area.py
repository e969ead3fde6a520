"""The room of the panels: a layout of our own puts each where it belongs, and the seams between them are drawn here."""

from __future__ import annotations

from textual import events
from textual.geometry import NULL_OFFSET, NULL_SPACING, Offset, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from gradlab.tui.arrangement.arranged import Arrangement
from gradlab.tui.arrangement.fitting import Seam
from gradlab.tui.styles import theme_in
from gradlab.tui.widgets.rows import SteadyStyle, strip_of
from gradlab.tui.widgets.ruled import Ruled


class PanelLayout(Layout):
    """Gives every panel of an area its place."""

    name = "panels"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Return a placement for each panel in sight."""
        assert isinstance(parent, Area)
        parent.pre_layout(self)
        places = parent.arrangement.places
        return [
            WidgetPlacement(places[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in places
        ]


class Area(SteadyStyle):
    """Holds all panels as its children, those out of sight too."""

    class Clicked(Message):
        """The rule of a panel was clicked. had_keys: whether the panel had the keys before."""

        def __init__(self, panel: Ruled, x: int, *, had_keys: bool) -> None:
            self.panel, self.x, self.had_keys = panel, x, had_keys
            super().__init__()

    class Dragged(Message):
        """A seam was dragged. to: the column or row of the area in which it is to stand."""

        def __init__(self, seam: Seam, to: int) -> None:
            self.seam, self.to = seam, to
            super().__init__()

    class Dropped(Message):
        """A seam that was dragged was let go."""

    arrangement = Arrangement()
    _held: Seam | None = None
    _moved = False
    _had_keys = ""

    @property
    def layout(self) -> Layout:
        """The places of the panels."""
        return PanelLayout()

    def show(self, arrangement: Arrangement) -> None:
        """Put the panels in other places."""
        self.arrangement = arrangement
        self.refresh(layout=True)
        for child in self.children[:1]:  # only a child that asks for it makes Textual forget where the children were
            child.refresh(layout=True)

    def render_line(self, y: int) -> Strip:
        """Return the seams that cross a line; all else is covered by panels."""
        width, base = self.size.width, self.base_style
        bars = [s.place.x for s in self.arrangement.seams if s.sign == "|" and s.place.y <= y < s.place.bottom]
        strip = strip_of((("".join("│" if x in bars else " " for x in range(width)), "dim"),), base, theme_in(self.app))
        return strip.crop_extend(0, width, base)

    # ---- the mouse -------------------------------------------------------------------------------------------------

    def _at(self, event: events.MouseEvent) -> Offset:
        return event.screen_offset - self.region.offset

    def seam_at(self, at: Offset) -> Seam | None:
        """Return the seam in a cell, the innermost where two cross."""
        return next((seam for seam in reversed(self.arrangement.seams) if seam.place.contains_point(at)), None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a seam."""
        self._moved = False
        self._had_keys = next((child.id or "" for child in self.children if isinstance(child, Ruled) and child.has_keys), "")
        self._held = self.seam_at(self._at(event))
        if self._held is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take the seam along."""
        if self._held is None or not event.button:
            return
        at, place = self._at(event), self._held.place
        to, now = (at.x, place.x) if self._held.sign == "|" else (at.y, place.y)
        if to != now or self._moved:
            self._moved = True
            self.post_message(self.Dragged(self._held, to))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let it go."""
        if self._held is not None:
            self.release_mouse()
            self._held = None
            if self._moved:
                self.post_message(self.Dropped())

    def on_click(self, event: events.Click) -> None:
        """Tell of a click on a rule, unless a seam was dragged by it."""
        at = self._at(event)
        for name, place in self.arrangement.places.items():
            panel = next((child for child in self.children if child.id == name), None)
            if at.y == place.y and place.contains_point(at) and isinstance(panel, Ruled) and not self._moved:
                self.post_message(self.Clicked(panel, at.x - place.x, had_keys=name == self._had_keys))
