"""What the parts of the laboratory's screen share: what it shows, its panels, its thread."""

from __future__ import annotations

from textual.screen import Screen

from gradlab.tui.keys import Keys
from gradlab.tui.labthread import LabThread
from gradlab.tui.moment import Moment, Request
from gradlab.tui.panels import PanelKind, PanelWidget
from gradlab.tui.screens.arrangement import Arrangement


class Bench(Screen[int]):
    """What every part of the screen may read, and ask another part to do.

    chosen: the panel that has the keys.   enlarged: whether it has the whole area.   thread: owns the numbers, once it is open.
    """

    moment: Moment
    kinds: tuple[PanelKind, ...]
    panels: dict[str, PanelWidget]
    keys: Keys
    chosen: str
    enlarged: bool
    arrangement: Arrangement
    thread: LabThread | None

    def choose(self, name: str) -> None:
        """Give a panel the keys."""
        raise NotImplementedError

    def do_zoom(self) -> None:
        """Enlarge the panel that has the keys, or restore it."""
        raise NotImplementedError

    def do_quit(self) -> None:
        """Leave, and ask first when something would be lost."""
        raise NotImplementedError

    def _requests(self) -> dict[str, Request]:
        raise NotImplementedError
