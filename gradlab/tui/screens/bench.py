"""What the parts of the laboratory's screen share: what it shows, its panels, its thread."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from gradlab.lab.outcome import Line
from gradlab.tui.keymap import Command
from gradlab.tui.keys import Keys
from gradlab.tui.labthread import LabThread
from gradlab.tui.moment import Moment, Request
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.panels import PanelKind, PanelWidget
from gradlab.tui.screens.arrangement import Arrangement
from gradlab.tui.widgets.bars import Status


class Bench(Screen[int]):
    """What every part of the screen may read, and ask another part to do.

    chosen: the panel that has the keys.   enlarged: whether it has the whole area.   thread: owns the numbers, once it is open.
    over: what lies over the foot and takes the keys.   places: where keys count here, the nearest place first.
    """

    places: tuple[str, ...] = ("",)

    moment: Moment
    kinds: tuple[PanelKind, ...]
    panels: dict[str, PanelWidget]
    keys: Keys
    chosen: str
    enlarged: bool
    arrangement: Arrangement
    thread: LabThread | None
    over: Overlay | None

    @property
    def panel(self) -> PanelWidget:
        """The panel that has the keys."""
        return self.panels[self.chosen]

    def tell(self, text: str, kind: str = "info") -> None:
        """Say something in the row of the screen's own."""
        if text:
            self.query_one(Status).tell(Line(kind, text))

    def put(self, overlay: Overlay | None) -> None:
        """Lay an overlay over the foot, or take away what lies there."""
        raise NotImplementedError

    def press_command(self, command: Command) -> None:
        """Do what a key stands for."""
        raise NotImplementedError

    def choose(self, name: str) -> None:
        """Give a panel the keys."""
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
