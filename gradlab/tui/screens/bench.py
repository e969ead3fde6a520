"""What the parts of the laboratory's screen share: what it shows, its panels, its thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from gradlab.draw.ink import Goal, Row
from gradlab.lab.outcome import Line
from gradlab.tui.arrangement.arranged import Arrangement, Stance
from gradlab.tui.keymap import Command
from gradlab.tui.keys import Keys
from gradlab.tui.labthread import LabThread
from gradlab.tui.moment import Moment, Request
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.overlays.line import LineOpened, LineOverlay
from gradlab.tui.panels import PanelKind, PanelWidget
from gradlab.tui.panels.graph import GraphPanel
from gradlab.tui.widgets.over import OverlayRows
from gradlab.tui.widgets.status import Status
from gradlab.tui.widgets.toast import Toast


class Bench(Screen[int]):
    """What every part of the screen may read, and ask another part to do.

    arrangement: what is in sight.   stance: what a person chose of it.   thread: owns the numbers, once it is open.
    over: what lies over the foot and takes the keys.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What has the focus. The rules show it, so that the whole screen need not be painted for it."""
    moment: Moment
    kinds: tuple[PanelKind, ...]
    panels: dict[str, PanelWidget]
    keys: Keys
    arrangement: Arrangement
    stance: Stance
    thread: LabThread | None
    over: Overlay | None

    @property
    def places(self) -> tuple[str, ...]:
        """Where keys count here, the nearest place first."""
        return ("",)

    @property
    def panel(self) -> PanelWidget:
        """The panel that has the keys."""
        return self.panels[self.chosen]

    def tell(self, text: str, kind: str = "info") -> None:
        """Say something in the row of the strip; an empty text says nothing."""
        if text:
            self.query_one(Status).tell(Line(kind, text))

    def say_aside(self, rows: Sequence[Row], *, stays: bool = False) -> None:
        """Show some rows over the panels for a while, beside what is asked and what the lesson says."""
        self.query_one(Toast).say(rows, self.to_stay_clear(), stays=stays)

    def clear_toast(self) -> None:
        """Move what is shown aside to where it covers least of what the panels show now."""
        self.query_one(Toast).stand_clear(self.to_stay_clear())

    def to_stay_clear(self) -> list[Region]:
        """Return the parts of the screen that nothing may cover unasked, those that matter most first."""
        rows = self.query_one(OverlayRows).tall
        foot = Region(0, self.app.size.height - rows, self.app.size.width, rows)
        panels = [self.panels[name] for name in self.arrangement.places]
        return [foot, *(region for panel in panels for region in panel.to_stay_clear())]

    def put(self, overlay: Overlay | None) -> None:
        """Lay an overlay over the foot, or take away what lies there."""
        raise NotImplementedError

    def type_line(self, opened: LineOpened) -> None:
        """Open the `:` line."""
        raise NotImplementedError

    def is_typing(self) -> bool:
        """Whether the line is open."""
        return isinstance(self.over, LineOverlay)

    def stop(self) -> bool:
        """Stop what runs, and say whether there was something to stop."""
        raise NotImplementedError

    def press_command(self, command: Command) -> None:
        """Do what a key stands for."""
        raise NotImplementedError

    def follow(self, goal: Goal) -> None:
        """Go where something on the screen leads, or do what it does."""
        raise NotImplementedError

    def reveal(self, node: int) -> None:
        """Unfold what a node stands in, so that the graph shows its box."""
        graph = self.panels.get("graph")
        if isinstance(graph, GraphPanel):
            graph.reveal(node)

    @property
    def chosen(self) -> str:
        """The panel that has the keys."""
        raise NotImplementedError

    @property
    def enlarged(self) -> bool:
        """Whether it has the whole area."""
        raise NotImplementedError

    def choose(self, name: str) -> None:
        """Give a panel the keys."""
        raise NotImplementedError

    def show_layout(self, word: str) -> str:
        """Show a perspective, a layout that was kept, or one that is written; return what is wrong with it, or ""."""
        raise NotImplementedError

    def do_enlarge(self) -> None:
        """Enlarge the panel that has the keys, or restore it."""
        raise NotImplementedError

    def interrupt(self, leave: Callable[[], None]) -> bool:
        """Stop or close something, or ask whether to leave; return whether there was something to do."""
        raise NotImplementedError

    def do_quit(self) -> None:
        """Leave, and ask first when something would be lost."""
        raise NotImplementedError

    def _requests(self) -> dict[str, Request]:
        raise NotImplementedError
