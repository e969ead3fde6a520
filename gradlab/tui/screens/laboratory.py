"""The laboratory: panels around one lab thread. Keys become action lines, moments become pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from gradlab import plugins
from gradlab.draw.reading import page_rows
from gradlab.lab.outcome import Line
from gradlab.tui.arrangement.arranged import Arrangement, Stance
from gradlab.tui.arrangement.kept import read_layouts
from gradlab.tui.arrangement.perspectives import PERSPECTIVES
from gradlab.tui.history import LineHistory
from gradlab.tui.keys import Keys
from gradlab.tui.labthread import LabThread
from gradlab.tui.moment import Moment
from gradlab.tui.oldkeys import OldKeys
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.overlays.page import PageOverlay
from gradlab.tui.panels import PANELS, PanelKind, PanelWidget, panel_kinds
from gradlab.tui.panels._guest import watch_over
from gradlab.tui.screens.dividing import Dividing
from gradlab.tui.screens.editing import Editing
from gradlab.tui.screens.happening import Happening
from gradlab.tui.screens.leaving import Leaving
from gradlab.tui.screens.lessons import Lessons
from gradlab.tui.screens.looking import Looking, Sights
from gradlab.tui.screens.pointing import Pointing
from gradlab.tui.screens.presenting import Lectern, Presenting
from gradlab.tui.screens.pressing import Pressing
from gradlab.tui.screens.searching import Searching
from gradlab.tui.widgets.area import Area
from gradlab.tui.widgets.bars import Footer, Header
from gradlab.tui.widgets.internals import draw_sparingly
from gradlab.tui.widgets.over import OverlayRows
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.status import Status
from gradlab.tui.widgets.toast import Toast

if TYPE_CHECKING:
    from gradlab.session import Lab


PULSE = 0.2


class Laboratory(Lessons, Presenting, Editing, Searching, Pointing, Dividing, Pressing, Looking, Happening, Leaving):
    """One scenario that is open. `make` opens it, in the lab thread; `title` is shown until then; `at` is where to go first.

    keeps: whether what is done in it is kept.
    """

    class Came(Message):
        """A moment came from the lab thread."""

        def __init__(self, moment: Moment) -> None:
            self.moment = moment
            super().__init__()

    class Failed(Message):
        """The scenario cannot be opened."""

        def __init__(self, error: Exception) -> None:
            self.error = error
            super().__init__()

    ALLOW_SELECT = False  # what the mouse drags over is a seam, a strip or a map; `y` copies
    AUTO_FOCUS = ""  # the panel of the stance has it, from the first frame on
    keeps = True
    perspective: ClassVar[str] = Stance().perspective
    """The one that opens, where what is opened does not say."""

    def __init__(self, make: Callable[[], Lab], title: str, at: str | None = None) -> None:
        super().__init__()
        draw_sparingly(self)
        self.make, self.at = make, at
        self.moment = Moment(title=title)
        self.kinds = panel_kinds(outside=False)
        self.panels: dict[str, PanelWidget] = {}
        self.keys = Keys()
        self.stance = Stance("debug" if at else self.perspective, self.kinds[0].name)
        self.settled = bool(at) or self.perspective != Stance().perspective
        self.kept = read_layouts()
        self.arrangement = Arrangement()
        self._before = self.stance.chosen
        self.thread: LabThread | None = None
        self.over: Overlay | None = None
        self.sights = Sights()
        self.history = LineHistory()
        self.asked = {}
        self.old_keys = OldKeys()

    # ---- the screen ------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Return the rows above, the panels, and the rows below."""
        self.keys = getattr(self.app, "keys", self.keys)
        self.panels = {kind.name: kind.make() for kind in self.kinds}
        yield Header(id="header")
        with Area(id="area"):
            yield from (self._titled(kind) for kind in self.kinds)
        yield RowsView(id="tiny")
        yield Lectern(id="lectern")
        yield Status(id="status")
        yield Footer(id="footer")
        yield OverlayRows(id="over")
        yield Toast(id="toast")

    def _titled(self, kind: PanelKind) -> PanelWidget:
        panel = self.panels[kind.name]
        panel.shown_as, panel.keys = kind, self.keys
        return panel

    def on_mount(self) -> None:
        """Show the empty laboratory first; the engine is loaded behind the first frame."""
        self.put(None)
        self._use_keys()
        self.query_one(Header).show(self.moment)
        self._take(self.stance if self.stance.chosen in self.panels else replace(self.stance, chosen=self.kinds[0].name))
        self.call_after_refresh(self._open)
        self.set_interval(PULSE, self._pulse)

    def _open(self) -> None:
        self.thread = LabThread(lambda m: self._post(self.Came(m)), lambda e: self._post(self.Failed(e)))
        self.thread.open(self.make, keep=self.keeps)
        if self.at:
            self.thread.do(f"goto {self.at}")
        self.thread.watch(self._requests())
        self._admit()

    def _admit(self) -> None:
        """Add the panels of other packages; they are looked up behind the first frame."""
        for kind in panel_kinds()[len(self.kinds) :]:
            try:
                self.panels[kind.name] = kind.make()
                panel = self._titled(kind)
                watch_over(panel, partial(self._complain, kind))
            except Exception as error:  # noqa: BLE001  whatever a plug-in does wrong, the program goes on
                self.panels.pop(kind.name, None)
                plugins.complain(PANELS[kind.name], f"the panel `{kind.name}` cannot be made: {plugins.told(error)}")
                continue
            self.kinds = (*self.kinds, kind)
            panel.display = False
            self.query_one(Area).mount(panel)
            panel.show(self.moment)
        self._use_keys()
        self._arrange()
        for problem in self.kept.problems:
            self.query_one(Status).tell(Line("error", problem))
        for problem in self.keys.problems:
            self.tell(f"keys.toml: {problem}", "error")
        self._tell_of_plugins()

    def _complain(self, kind: PanelKind, method: str, error: Exception) -> None:
        """Tell once what a panel of another package did wrong."""
        plugins.complain(PANELS[kind.name], f"`{method}` of the panel `{kind.name}`: {plugins.told(error)}")
        self._tell_of_plugins()

    def _tell_of_plugins(self) -> None:
        for one in plugins.untold():
            self.query_one(Status).tell(Line("error", f"plug-in {one.giver}: {one.problem}"))

    def _post(self, message: Message) -> None:
        """Post from the lab thread, unless the screen has gone."""
        if self.is_running:
            self.post_message(message)

    def open_again(self, loaded: Lab) -> None:
        """Open a laboratory at the position where this one stands, in its place."""
        self.post_message(Reopened(loaded, str(self.moment.snapshot.position), self.stance))

    def on_unmount(self) -> None:
        """End the thread."""
        if self.thread is not None:
            self.thread.close()

    # ---- moments ---------------------------------------------------------------------------------------------------

    @on(Came)
    def _show(self, message: Came) -> None:
        """Draw a moment."""
        self.moment = message.moment
        with self.app.batch_update():
            for bar in (self.query_one(Header), self.query_one(Status), self.query_one(Footer)):
                bar.show(self.moment)
            for panel in self.panels.values():
                panel.show(panel.held(self.moment))
            self._settle()
            self._arrange()
            self.show_tiny()
        self.see(follows=bool(self.moment.said) and all(one.outcome.look is None for one in self.moment.said))
        self._show_outcomes()
        self.hand_out()
        self.show_events()
        self.tell_old_key()
        self.show_presented()
        self.show_page()
        self.set_stage(said.outcome for said in self.moment.said)
        self.answer_again()

    def _show_outcomes(self) -> None:
        """Show the panel or the page that an action asks for."""
        for outcome in (said.outcome for said in self.moment.said):
            if outcome.panel in PERSPECTIVES:
                self.show_perspective(outcome.panel)
            if outcome.panel in self.panels:
                self.choose(outcome.panel)
            if outcome.page is not None:
                self.put(PageOverlay(outcome.page.title, page_rows(outcome.page.lines), lambda: self.put(None)))

    @on(Failed)
    def _fail(self, message: Failed) -> None:
        """Hand the error to the app."""
        self.post_message(Broken(message.error))


class Broken(Message):
    """A scenario cannot be opened: the app decides whether that is its end."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__()


class Reopened(Message):
    """A scenario was loaded again, and is to be shown at a position, arranged as it was."""

    def __init__(self, loaded: Lab, at: str, stance: Stance) -> None:
        self.loaded, self.at, self.stance = loaded, at, stance
        super().__init__()


__all__ = ["Broken", "Laboratory", "Reopened"]
