"""The app in a terminal that is emulated in the process: it gets what the app writes, and its cells can be compared."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pyte
from textual._context import visible_screen_stack
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.widgets import Input

from gradlab.session import Lab
from gradlab.tui.app import GradlabApp
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.widgets import writer
from tests.tui.driving import lab_of, settle


class Cell(NamedTuple):
    """What a cell shows."""

    glyph: str
    ink: str
    paper: str
    bold: bool
    italic: bool
    underlined: bool
    struck: bool
    reverse: bool


def screen_of(size: tuple[int, int]) -> tuple[pyte.Screen, pyte.Stream]:
    """Return an empty terminal that does not wrap lines, which is how Textual sets it."""
    screen = pyte.Screen(*size)
    screen.reset_mode(7, private=True)
    return screen, pyte.Stream(screen)


def cells(screen: pyte.Screen) -> list[list[Cell]]:
    """Return what the cells of a terminal show; the ink of a blank cannot be seen."""
    return [[_cell(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _cell(char: Any) -> Cell:
    bare = char.data == " " and not (char.reverse or char.underscore or char.strikethrough)
    ink, bold, italic = ("", False, False) if bare else (char.fg, char.bold, char.italics)
    return Cell(char.data, ink, char.bg, bold, italic, char.underscore, char.strikethrough, char.reverse)


class Driver(HeadlessDriver):
    """Writes to an emulated terminal."""

    sent: list[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sent = []

    @property
    def is_headless(self) -> bool:
        """It is not: something is to be written."""
        return False

    def write(self, data: str) -> None:
        """Keep what is written."""
        self.sent.append(data)


class Emulated:
    """A terminal with the app in it."""

    def __init__(self, pilot: Pilot[Any], size: tuple[int, int]) -> None:
        self.pilot = pilot
        self.size = size
        self.screen, self.stream = screen_of(size)

    def take(self) -> str:
        """Let the terminal have what was written since the last time, and return it."""
        driver = self.pilot.app._driver
        assert isinstance(driver, Driver)
        sent, driver.sent = "".join(driver.sent), []
        self.stream.feed(sent)
        return sent

    def from_scratch(self) -> pyte.Screen:
        """Return a terminal in which Textual has written the whole screen."""
        screen, stream = screen_of(self.size)
        app = self.pilot.app
        visible_screen_stack.set(app._background_screens)
        for y, strip in enumerate(app.screen._compositor.render_strips()):
            stream.feed(f"\x1b[{y + 1}H" + strip.render(app.console))
        return screen

    def differences(self) -> list[str]:
        """Return the cells that do not show what they ought to show."""
        self.take()
        is_, should = cells(self.screen), cells(self.from_scratch())
        return [
            f"{y},{x}: {is_[y][x]} for {should[y][x]}"
            for y in range(self.size[1])
            for x in range(self.size[0])
            if is_[y][x] != should[y][x]
        ]

    async def resize(self, width: int, height: int) -> None:
        """Change the size, as a terminal does: its lines are cut, and the program is told."""
        self.take()
        self.size = width, height
        self.screen.resize(height, width)
        await self.pilot.resize_terminal(width, height)
        await settle(self.pilot)


@asynccontextmanager
async def emulated(
    make: Callable[[], Lab] = lab_of, size: tuple[int, int] = (120, 34)
) -> AsyncIterator[tuple[Emulated, Laboratory]]:
    """Run the app in an emulated terminal on a laboratory, settled."""
    app = GradlabApp(make=make)
    app.driver_class = Driver
    async with app.run_test(headless=False, size=size) as pilot:
        while not (isinstance(app.screen, Laboratory) and app.screen.thread is not None):
            await pilot.pause()
        await settle(pilot)
        yield Emulated(pilot, size), app.screen


def know_the_driver(patch: Any) -> None:
    """Have the driver of these tests taken for that of a known terminal; no cursor blinks, which keeps its own time."""
    patch.setattr(Input, "_toggle_cursor", lambda _: None)
    patch.setattr(writer, "DRIVERS", {*writer.DRIVERS, f"{Driver.__module__}.Driver"})
    patch.setenv("TERM", "xterm-256color")
    patch.setenv("COLORTERM", "truecolor")
