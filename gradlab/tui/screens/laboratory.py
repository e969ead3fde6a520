"""The laboratory: panels around one lab thread. Keys become action lines, moments become pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message

from gradlab import plugins
from gradlab.draw.ink import row
from gradlab.draw.reading import page_rows
from gradlab.lab.outcome import Line
from gradlab.tui.history import LineHistory
from gradlab.tui.keymap import BY_NAME, COMMANDS, Command
from gradlab.tui.keys import Keys, identity
from gradlab.tui.labthread import LabThread
from gradlab.tui.moment import Moment, Request
from gradlab.tui.panels import PANELS, PanelKind, PanelWidget, panel_kinds
from gradlab.tui.screens import offers
from gradlab.tui.screens.arrangement import Arrangement, arrange
from gradlab.tui.screens.lessons import Lessons
from gradlab.tui.screens.menu import Menu
from gradlab.tui.screens.picker import Picker
from gradlab.tui.screens.text import Question, TextScreen
from gradlab.tui.widgets.bars import Footer, Header, Status, Tabs
from gradlab.tui.widgets.command import CommandLine
from gradlab.tui.widgets.internals import draw_sparingly
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.titles import plain

if TYPE_CHECKING:
    from gradlab.session import Lab


PULSE = 0.2


class Laboratory(Lessons):
    """One scenario that is open. `make` opens it, in the lab thread; `title` is shown until then; `at` is where to go first.

    keeps: whether what is done in it is kept.
    """

    BINDINGS: ClassVar = [
        *(
            Binding(c.key, f"press('{c.name}')", c.label, show=False, priority=True, id=identity(None, c.name))
            for c in COMMANDS
        ),
        *(Binding(digit, f"panel_digit('{digit}')", show=False, priority=True) for digit in "1234567890"),
        Binding("enter", "press('zoom')", show=False),
    ]

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

    keeps = True

    def __init__(self, make: Callable[[], Lab], title: str, at: str | None = None) -> None:
        super().__init__()
        draw_sparingly(self)
        self.make, self.at = make, at
        self.moment = Moment(title=title)
        self.kinds = panel_kinds(outside=False)
        self.panels: dict[str, PanelWidget] = {}
        self.keys = Keys()
        self.chosen = self.kinds[0].name
        self.enlarged = False
        self.arrangement = Arrangement(frozenset(), True)
        self.thread: LabThread | None = None

    # ---- the screen ------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Return the rows above, the panels in their columns, and the rows below."""
        self.keys = getattr(self.app, "keys", self.keys)
        self.panels = {kind.name: kind.make() for kind in self.kinds}
        yield Header(id="header")
        yield Tabs(id="tabs")
        with Horizontal(id="area"):
            for place in ("left", "right", "full"):
                with Vertical(id=place):
                    yield from (self._titled(kind) for kind in self.kinds if kind.place == place)
        yield Status(id="status")
        yield CommandLine(self._words, LineHistory(), self._entered)
        yield Footer(id="footer")
        yield RowsView(id="tiny")

    def _titled(self, kind: PanelKind) -> PanelWidget:
        panel = self.panels[kind.name]
        panel.scope, panel.keys = kind.name, self.keys
        panel.border_title = plain(kind.label)
        return panel

    def on_mount(self) -> None:
        """Show the empty laboratory first; the engine is loaded behind the first frame."""
        self.query_one(CommandLine).close()
        self._use_keys()
        self.query_one("#tiny", RowsView).show_rows([row("terminal too small")])
        self.query_one(Header).show(self.moment)
        self._arrange()
        self.call_after_refresh(self._open)
        self.set_interval(PULSE, self._pulse)

    def _pulse(self) -> None:
        """Show that something runs that sends no moments meanwhile."""
        self.query_one(Status).run(self.thread.running if self.thread is not None else "")

    def _open(self) -> None:
        self.thread = LabThread(lambda m: self._post(self.Came(m)), lambda e: self._post(self.Failed(e)))
        self.thread.open(self.make, keep=self.keeps)
        if self.at:
            self.thread.do(f"goto {self.at}")
        self.thread.watch(self._requests())
        self._admit()

    def _use_keys(self) -> None:
        """Give the keys that a person changed to Textual, and to those that show them."""
        self.app.update_keymap(self.keys.keymap({name: type(panel) for name, panel in self.panels.items()}))
        self.query_one(Footer).commands = self.keys.commands()
        self.query_one(CommandLine).answer_key = self.keys.command(BY_NAME["answer"]).shown

    def _admit(self) -> None:
        """Add the panels of other packages; they are looked up behind the first frame."""
        for kind in panel_kinds()[len(self.kinds) :]:
            try:
                self.panels[kind.name] = kind.make()
                panel = self._titled(kind)
            except Exception as error:  # noqa: BLE001  whatever a plug-in does wrong, the program goes on
                self.panels.pop(kind.name, None)
                plugins.complain(PANELS[kind.name], f"the panel `{kind.name}` cannot be made: {plugins.told(error)}")
                continue
            self.kinds = (*self.kinds, kind)
            panel.display = False
            self.query_one(f"#{kind.place}").mount(panel)
            panel.show(self.moment)
        self._use_keys()
        self._arrange()
        for one in plugins.untold():
            self.query_one(Status).tell(Line("error", f"plug-in {one.giver}: {one.problem}"))

    def _post(self, message: Message) -> None:
        """Post from the lab thread, unless the screen has gone."""
        if self.is_running:
            self.post_message(message)

    def on_unmount(self) -> None:
        """End the thread."""
        if self.thread is not None:
            self.thread.close()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        self._arrange()

    def _arrange(self) -> None:
        """Show the panels that are to be in sight."""
        wanted = arrange(self.kinds, self.app.size, self.chosen, self.enlarged, len(self.moment.snapshot.losses) > 1)
        self.query_one(Tabs).show(tuple((k.name, k.label) for k in self.kinds), self.chosen)
        if wanted == self.arrangement:
            return
        self.arrangement = wanted
        self.set_class(wanted.solo, "solo")
        self.set_class(wanted.tiny, "tiny")
        self.set_class(wanted.tabs, "tabbed")
        for kind in self.kinds:
            self.panels[kind.name].display = kind.name in wanted.visible
        for place in ("left", "right", "full"):
            self.query_one(f"#{place}").display = any(k.name in wanted.visible for k in self.kinds if k.place == place)
        if self.thread is not None:
            self.thread.watch(self._requests())

    def _requests(self) -> dict[str, Request]:
        """Return what the panels in sight ask for."""
        asked = {name: self.panels[name].request() for name in self.arrangement.visible}
        return {name: request for name, request in asked.items() if request is not None}

    # ---- moments ---------------------------------------------------------------------------------------------------

    @on(Came)
    def _show(self, message: Came) -> None:
        """Draw a moment."""
        self.moment = message.moment
        with self.app.batch_update():
            for bar in (self.query_one(Header), self.query_one(Status), self.query_one(Footer)):
                bar.show(self.moment)
            for panel in self.panels.values():
                panel.show(self.moment)
            self._arrange()
        self._show_outcomes()
        self.show_page()
        self.set_stage(said.outcome for said in self.moment.said)
        self.ask_quiz()

    def _show_outcomes(self) -> None:
        """Show the panel or the page that an action asks for."""
        for outcome in (said.outcome for said in self.moment.said):
            if outcome.panel in self.panels:
                self.choose(outcome.panel)
            if outcome.page is not None:
                self.app.push_screen(TextScreen(outcome.page.title, page_rows(outcome.page.lines)))

    @on(Failed)
    def _fail(self, message: Failed) -> None:
        """Hand the error to the app."""
        self.post_message(Broken(message.error))

    # ---- what a person does ----------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the command line while somebody types.

        The keys have priority, so that each is done before the next one is looked at: a burst `:step` must not step.
        """
        return not (action in ("press", "panel_digit") and self.query_one(CommandLine).display)

    def action_panel_digit(self, digit: str) -> None:
        """Choose the panel of a digit."""
        for kind in self.kinds:
            if kind.digit == digit:
                self.choose(kind.name)

    def choose(self, name: str) -> None:
        """Focus a panel, and enlarge it to the area if there is room for only one."""
        self.chosen = name
        self._arrange()
        self.set_focus(self.panels[name])
        if self.thread is not None:
            self.thread.view(f"show {name}")

    @on(events.DescendantFocus)
    def _follow_focus(self, event: events.DescendantFocus) -> None:
        """Keep in mind which panel has the keys."""
        for widget in event.widget.ancestors_with_self:
            if widget.id in self.panels and widget.id != self.chosen:
                self.chosen = widget.id
                self._arrange()

    def action_press(self, name: str) -> None:
        """Do what a key stands for."""
        command = BY_NAME[name]
        if command.line is not None and self.thread is not None:
            self.thread.press(command)
        elif why := command.why_not(self.moment):
            self.query_one(Status).tell(Line("info", why))
        elif command.prompt is not None:
            self.query_one(CommandLine).open(command.prompt(self.moment))
        else:
            getattr(self, f"do_{name.replace('-', '_')}")()

    def do_command(self) -> None:
        """Open the `:` line."""
        self.query_one(CommandLine).open()

    def do_next_panel(self, by: int = 1) -> None:
        """Choose the panel behind the chosen one; behind the last comes the first."""
        names = [kind.name for kind in self.kinds]
        self.choose(names[(names.index(self.chosen) + by) % len(names)])

    def do_previous_panel(self) -> None:
        """Choose the panel before the chosen one."""
        self.do_next_panel(-1)

    def do_panel(self) -> None:
        """Offer the panels by their letters."""
        self.app.push_screen(Menu("panels", offers.by_letter(self.kinds)), lambda name: self.choose(name) if name else None)

    def do_zoom(self) -> None:
        """Enlarge the panel to the whole area, or restore it."""
        self.enlarged = not self.enlarged
        self._arrange()

    def do_redraw(self) -> None:
        """Draw the whole screen again."""
        self.call_next(self.run_action, "app.redraw")

    def do_escape(self) -> None:
        """Stop what runs, else close what is open."""
        if self.stop():
            self.query_one(Status).tell(Line("info", "stopping"))
        elif self.enlarged:
            self.do_zoom()
        elif self.moment.snapshot.question and self.thread is not None:
            self.thread.do("reveal")
        elif self.arrangement.solo:
            self.choose(self.kinds[0].name)

    def stop(self) -> bool:
        """Stop what runs, and say whether there was something to stop."""
        return self.thread is not None and self.thread.cancel()

    def interrupt(self, leave: Callable[[], None]) -> bool:
        """Stop what runs, close the line, or ask whether to leave; False when there is nothing of that to do."""
        if self.stop():
            return True
        line = self.query_one(CommandLine)
        if line.display:
            line.cancel()
            return True
        return self._asked(leave)

    def do_quit(self) -> None:
        """Leave, and ask first while something runs or when something would be lost."""
        if not self._asked(self.leave):
            self.leave()

    def _asked(self, leave: Callable[[], None]) -> bool:
        """Ask whether to leave, if there is a reason to; return whether there was."""
        running = self.thread.running if self.thread is not None else ""
        why = (running, "is running") if running else self.moment.at_stake
        if why is None:
            return False
        question = [row((why[0], "strong"), f" {why[1]}. Leave?  ", ("y", "key"), " / ", ("n", "key"))]
        self.app.push_screen(Question(question), lambda yes: leave() if yes else None)
        return True

    def leave(self) -> None:
        """Close the laboratory."""
        self.dismiss(0)

    def do_help(self) -> None:
        """Say how to read the panel that has the keys, and what the keys do."""
        kind = next(kind for kind in self.kinds if kind.name == self.chosen)
        rows = offers.page(kind, self.panels[kind.name], self.keys)
        self.app.push_screen(TextScreen(f"{kind.label}: how to read it", rows))

    def do_palette(self) -> None:
        """Offer every command and every panel."""
        self.app.push_screen(Picker("palette", offers.palette(self.kinds, self.keys, self.moment)), self._picked)

    def _picked(self, key: str | None) -> None:
        if key is None:
            return
        kind = key.removeprefix("panel:")
        self.choose(kind) if kind != key else self.action_press(key)

    # ---- messages of the widgets -----------------------------------------------------------------------------------

    @on(PanelWidget.Wants)
    def _want(self) -> None:
        if self.thread is not None:
            self.thread.watch(self._requests())

    @on(PanelWidget.Goes)
    def _go(self, message: PanelWidget.Goes) -> None:
        if self.thread is not None:
            self.thread.look(message.focus, message.element, self._requests())

    def _entered(self, line: str, prefix: str) -> None:
        """Send a line that was typed."""
        if line in ("q", "quit") and not prefix:
            self.do_quit()
        elif self.thread is not None:
            self.thread.do(prefix + line)

    @on(CommandLine.Hint)
    def _hint(self, message: CommandLine.Hint) -> None:
        self.query_one(Status).tell(message.line)

    @on(Tabs.Chosen)
    def _tab(self, message: Tabs.Chosen) -> None:
        self.choose(message.kind)

    def _words(self, line: str) -> tuple[Iterable[str], Iterable[str]]:
        """Return the words that a line can be completed with: actions, and names of nodes, or behind `help` what has a page."""
        if line.startswith("help "):
            from gradlab.scenario import glossary

            return self.moment.actions, (*self.moment.actions, *glossary.names())
        return self.moment.actions, (*(node.name for node in self.moment.nodes), *self.moment.snapshot.constants)


class Broken(Message):
    """A scenario cannot be opened: the app decides whether that is its end."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__()


__all__ = ["Broken", "Command", "Laboratory"]
