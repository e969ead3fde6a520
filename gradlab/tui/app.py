"""The program on the screen: it opens the browser or a laboratory, and gives the terminal back whatever happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding

from gradlab import interruption
from gradlab.draw.glyphs import GlyphSet, usual_glyphs
from gradlab.draw.reading import error_rows
from gradlab.draw.themes import ANSI
from gradlab.errors import GradlabError
from gradlab.tui.driver import is_served
from gradlab.tui.keys import identity
from gradlab.tui.screens.browser import Browser
from gradlab.tui.screens.laboratory import Broken, Laboratory, Reopened
from gradlab.tui.screens.pointing import WHEEL
from gradlab.tui.screens.sweep import SweepScreen
from gradlab.tui.screens.text import Question, TextScreen
from gradlab.tui.settings import read_keys, read_theme
from gradlab.tui.themed import ThemedApp
from gradlab.tui.widgets.internals import read_any_bytes

if TYPE_CHECKING:
    from textual.driver import Driver

    from gradlab.session import Lab

INTERRUPTED, INTERNAL = 130, 70
Make = Callable[[], "Lab"]
MakeScreen = Callable[[Make, str], Laboratory]
MakeHome = Callable[[], Browser | SweepScreen]
HOMES = (Browser, SweepScreen)
"""Screens that laboratories are opened from, and that are come back to."""


class GradlabApp(ThemedApp[int]):
    """Either a scenario that is named, which ends the program when it is left, or the browser, or what `home` makes.

    Raises GradlabError when the keys that a person changed cannot be used.
    """

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "gradlab"
    BINDINGS: ClassVar = [
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+q", "interrupt", show=False, priority=True),
        Binding("ctrl+l", "redraw", show=False, priority=True, id=identity(None, "redraw")),
    ]

    def __init__(
        self, scenario: str | None = None, at: str | None = None, make: Make | None = None, screen: MakeScreen | None = None,
        theme: str = "", glyphs: GlyphSet = "all", home: MakeHome | None = None,
    ) -> None:  # fmt: skip
        self.keys = replace(read_keys(whole=False), in_words=glyphs == "ascii")
        super().__init__(theme or read_theme(), glyphs)
        self.animation_level = "none"
        self.scenario, self.at, self.make, self.home = scenario, at, make, home or Browser
        self.make_screen = screen or (lambda make, title: Laboratory(make, title, at))
        self.error: Exception | None = None

    def on_mount(self) -> None:
        """Open what was asked for."""
        self._catch_signals()
        if self.scenario is None and self.make is None:
            self.push_screen(self.home())
        else:
            self.open(self.scenario or "", self.make)

    def open(self, scenario: str, make: Make | None = None, screen: MakeScreen | None = None) -> None:
        """Open a laboratory on a scenario. screen: what shows it, where that is not what all are shown with."""
        title = Path(scenario).stem if scenario else "gradlab"
        shown = screen or self.make_screen
        self.push_screen(shown(make or (lambda: load(scenario)), title), self._left)

    def _left(self, code: int | None) -> None:
        """End with the only laboratory; one from the browser, or from a sweep, goes back to it."""
        if not self._has_home():
            self.exit(code or 0)

    def _has_home(self) -> bool:
        """Return whether laboratories are opened from another screen here."""
        return any(isinstance(screen, HOMES) for screen in self.screen_stack)

    @on(SweepScreen.RunOpened)
    def _run_opened(self, message: SweepScreen.RunOpened) -> None:
        """Open a run of a sweep."""
        self.open(message.title, message.make)

    @on(Browser.BookOpened)
    def _opened(self, message: Browser.BookOpened) -> None:
        """Open a scenario of the browser in the way that was asked for."""
        book, way = message.book, message.way
        session = book.session if way == "on" and book.going_on else None
        make = None if session is None else lambda: resume(session.path)
        if way == "play":
            from gradlab.tui.screens.playing import Playing  # one in many opens it so

            self.open(str(book.path), make, Playing)
        else:
            self.open(str(book.path), make)

    @on(Broken)
    def _broken(self, message: Broken) -> None:
        """Show what is wrong with a file over the screen that it was opened from; without one, end with it."""
        if self._has_home() and isinstance(message.error, GradlabError):
            self.pop_screen()
            self.push_screen(TextScreen("this scenario cannot be opened", error_rows(str(message.error))))
            return
        self.error = message.error
        self.exit(2)

    def action_interrupt(self) -> None:
        """Stop what runs, or close the line; else end the program, and ask first when something would be lost."""
        if isinstance(self.screen, SweepScreen) and self.screen.stop():
            return
        screen = next((s for s in self.screen_stack if isinstance(s, Laboratory)), None)
        if screen is None or isinstance(self.screen, Question) or not screen.interrupt(lambda: self.exit(INTERRUPTED)):
            self.exit(INTERRUPTED)

    async def on_event(self, event: events.Event) -> None:
        """Give a laboratory its keys first, one by one and in their order, whoever has the focus."""
        if not self._taken(event):
            await super().on_event(event)

    def _taken(self, event: events.Event) -> bool:
        screen = self.screen_stack[-1] if self.screen_stack else None
        if not isinstance(screen, Laboratory) or event.is_forwarded:
            return False
        if isinstance(event, events.Paste):
            screen.paste(event.text)
            return True
        if isinstance(event, WHEEL):
            return screen.wheel(event)
        return isinstance(event, events.Key) and screen.takes(event.key, event.character)

    @on(Reopened)
    def _reopen(self, message: Reopened) -> None:
        """Show a scenario that was loaded again, in the place of the laboratory that showed it."""
        while not isinstance(self.screen, Laboratory):
            self.pop_screen()
        self.pop_screen()
        loaded = message.loaded
        again = Laboratory(lambda: loaded, loaded.title, message.at)
        again.stance = message.stance
        self.push_screen(again, self._left)

    def action_redraw(self) -> None:
        """Draw the whole screen again, over what another program may have written there."""
        self.redraw()

    def get_driver_class(self) -> type[Driver]:
        """Return what draws on a terminal and reads its keys: on Linux and macOS one that ends with the terminal."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from gradlab.tui.vanishing import TerminalDriver  # which another system cannot import

        return TerminalDriver

    async def action_quit(self) -> None:
        """End the program."""
        self.exit(0)

    def _catch_signals(self) -> None:
        """Restore the terminal when the program is told to end from outside."""
        if sys.platform == "win32" or self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 128 + number)


def load(scenario: str) -> Lab:
    """Load a laboratory; this is where the engine is imported."""
    import gradlab

    return gradlab.load(scenario)


def resume(session: Path) -> Lab:
    """Return a laboratory that stands where a kept session was left. Raises GradlabError."""
    from gradlab.recording import kept
    from gradlab.recording.reader import open_recording

    return kept.resume(open_recording(session))


def run_app(
    scenario: str | None = None, at: str | None = None, make: Make | None = None, screen: MakeScreen | None = None,
    theme: str = "", glyphs: GlyphSet | None = None, home: MakeHome | None = None,
) -> int:  # fmt: skip
    """Show a scenario (a file, or the name of one that comes with gradlab), or the browser, and return the exit code.

    home: what is shown in the place of the browser.

    make: opens the scenario, where that is to be done otherwise than by its name alone.   screen: what shows it, where that is
    not a `Laboratory` alone.   theme: its name; without one that of the settings, else `dark`, or `ansi` with few colours.
    glyphs: which ones are drawn; without it those that the terminal has, as its environment tells.
    Raises GradlabError when there is no terminal, or when the scenario cannot be opened.
    """
    _need_terminal()
    if scenario is not None:
        read_first(scenario)
    app = GradlabApp(scenario, at, make, screen, theme, glyphs or usual_glyphs(os.environ), home)
    if not (theme or read_theme()) and app.few_colours():
        app.choose_theme(ANSI.name)
    read_any_bytes()
    with interruption.unheard():
        code = app.run()
    if app.error is not None:
        raise app.error
    _tell_what_is_kept()
    return code if code is not None else INTERNAL if app.return_code else 0


def _tell_what_is_kept() -> None:
    """Say on the terminal, which is a person's again, that nothing of what was done is lost."""
    kept = sys.modules.get("gradlab.recording.kept")
    if kept is not None and kept.keeps_something():
        with suppress(OSError):
            sys.stderr.write("what was done is kept: `gradlab open --resume` goes on there\n")


def _need_terminal() -> None:
    """Raise GradlabError without a terminal to draw on and to read keys from, or what stands in for one."""
    if is_served():
        return
    for stream, name in ((sys.stdin, "stdin"), (sys.stdout, "stdout"), (sys.stderr, "stderr")):
        if stream is None or stream.closed or not stream.isatty():
            raise GradlabError(
                f"error: {name} is not a terminal: gradlab draws on one; `gradlab run` and `gradlab check` need none"
            )
    if os.environ.get("TERM") == "dumb":
        raise GradlabError("error: the terminal is `dumb`: it cannot place a cursor; use `gradlab run`")


def read_first(scenario: str) -> None:
    """Raise what is wrong with a file before the screen is taken over, as far as reading it shows that."""
    from gradlab.scenario import shelf
    from gradlab.scenario.markdown import read

    path = Path(scenario)
    found = path if path.exists() else shelf.find(scenario)
    if found is None:
        from gradlab.scenario.model import find_file

        found = find_file(scenario)
    read(found)
