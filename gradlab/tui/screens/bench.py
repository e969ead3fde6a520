"""What the parts of the laboratory's screen share: what it shows, its panels, its thread."""

from __future__ import annotations

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from gradlab.tui.arrangement.arranged import Arrangement
from gradlab.tui.keys import Keys
from gradlab.tui.labthread import LabThread
from gradlab.tui.moment import Moment, Request
from gradlab.tui.panels import PanelKind, PanelWidget


class Bench(Screen[int]):
    """What every part of the screen may read, and ask another part to do.

    arrangement: what is in sight.   thread: owns the numbers, once it is open.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What has the focus. The rules show it, so that the whole screen need not be painted for it."""
    moment: Moment
    kinds: tuple[PanelKind, ...]
    panels: dict[str, PanelWidget]
    keys: Keys
    arrangement: Arrangement
    thread: LabThread | None

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

    def do_zoom(self) -> None:
        """Enlarge the panel that has the keys, or restore it."""
        raise NotImplementedError

    def do_quit(self) -> None:
        """Leave, and ask first when something would be lost."""
        raise NotImplementedError

    def _requests(self) -> dict[str, Request]:
        raise NotImplementedError
