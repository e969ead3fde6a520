"""The screen without a terminal: a lesson on it, stop by stop, and what stands in its cells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import click
from rich.color import ColorSystem
from textual.pilot import Pilot
from textual.strip import Strip

from gradlab.draw.themes import DARK, THEMES
from gradlab.errors import GradlabError
from gradlab.exporters._lesson import lesson_of
from gradlab.lab.teach.timing import Beat
from gradlab.recording.performance import Performance
from gradlab.session import Lab
from gradlab.tui.app import GradlabApp
from gradlab.tui.cells import CellRun
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.screens.playing import Playing, Transport
from gradlab.tui.widgets.internals import shown_strips
from gradlab.tui.widgets.writer import PlacedStrip, stretch_of

T = TypeVar("T")
SMALLEST, LARGEST = (40, 12), (300, 120)


class ScreenSize(click.ParamType[tuple[int, int]]):
    """Columns and rows of a screen, as `100x30`."""

    name = "COLUMNSxROWS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read a size. Raises BadParameter."""
        if isinstance(value, tuple):
            return value
        wide, _, high = str(value).lower().partition("x")
        if wide.isdecimal() and high.isdecimal():
            found = int(wide), int(high)
            if all(low <= one <= top for low, one, top in zip(SMALLEST, found, LARGEST, strict=True)):
                return found
        low, top = ("x".join(map(str, size)) for size in (SMALLEST, LARGEST))
        raise click.BadParameter(f"`{value}` is no size: {low} to {top}", ctx, param)


def size_option(default: str) -> click.Option:
    """Return the option for the size of the screen."""
    return click.Option(
        ["--size"], type=ScreenSize(), default=default, show_default=True, help="Columns and rows of the screen."
    )


theme_option = click.Option(
    ["--theme"], type=click.Choice(list(THEMES)), default=DARK.name, show_default=True, help="The colours."
)


class Unkept(Laboratory):
    """A laboratory of which nothing is kept. problem: why a line could not be done, or ""."""

    keeps = False
    problem = ""

    def show_events(self) -> None:
        """Tell nothing that goes by itself: a picture is the same however long something took."""

    def show_page(self) -> None:
        """Hear of what could not be done."""
        super().show_page()
        for said in self.moment.said:
            if said.error:
                self.problem = "\n".join(line.text for line in said.lines)


class Filmed(Unkept, Playing):
    """A lesson that plays, but goes on only when it is told to."""

    def _wind(self) -> None:
        self.query_one(Transport).show(self.timing, self.speed, self.state)


class Stage:
    """A laboratory on a screen."""

    def __init__(self, pilot: Pilot[int], screen: Unkept) -> None:
        self._pilot, self.screen = pilot, screen

    async def do(self, line: str) -> None:
        """Do one action line. Raises GradlabError when it cannot be done."""
        assert self.screen.thread is not None
        self.screen.thread.do(line)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all is done and drawn. Raises GradlabError for what could not be done."""
        app, thread = self._pilot.app, self.screen.thread
        assert isinstance(app, GradlabApp) and thread is not None
        while not thread.idle:
            await asyncio.to_thread(thread.wait)
            await self._pilot.pause()
        for _ in range(3):  # a moment that was drawn may ask for another one
            await self._pilot.pause()
            await asyncio.to_thread(thread.wait)
        await self._pilot.pause()
        if app.error is not None:
            raise app.error
        if self.screen.problem:
            raise GradlabError(self.screen.problem)

    def strips(self) -> list[Strip]:
        """Return what stands in the lines of the screen."""
        return shown_strips(self.screen)

    def cells(self) -> list[CellRun]:
        """Return what stands in the cells of the screen."""
        return [
            stretch_of(PlacedStrip(y, 0, strip, strip.cell_length), ColorSystem.TRUECOLOR)
            for y, strip in enumerate(self.strips())
        ]

    def close_line(self) -> None:
        """Close the line for an answer, if it is open."""
        self.screen.put(None)


class Film(Stage):
    """A lesson on a screen, stop by stop."""

    screen: Filmed

    @property
    def here(self) -> Beat | None:
        """The stop at which the lesson stands."""
        return self.screen.timing.here

    @property
    def ended(self) -> bool:
        """Whether no stop is left."""
        timing = self.screen.timing
        return timing.at >= len(timing.beats) and not self.asks

    @property
    def asks(self) -> bool:
        """Whether a question is open."""
        return bool(self.screen.moment.snapshot.question)

    async def forth(self) -> None:
        """Go to the next stop; where a question is open, show its answer.

        Raises GradlabError for a line that cannot be done.
        """
        thread = self.screen.thread
        assert thread is not None
        if self.asks:
            await self.do("reveal")
        else:
            thread.next_stop()
            await self.settle()
        self.close_line()


@asynccontextmanager
async def app_of(lab: Lab, size: tuple[int, int], kind: type[Unkept], theme: str) -> AsyncIterator[tuple[Pilot[int], Unkept]]:
    """Give a screen of some columns and rows that shows a laboratory."""
    app = GradlabApp(make=lambda: lab, screen=kind, theme=theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, Unkept)
        while screen.thread is None:
            await pilot.pause()
        yield pilot, screen


def played(performance: Performance, size: tuple[int, int], theme: str, play: Callable[[Film], Awaitable[T]]) -> T:
    """Return what a function makes of a lesson or a recording that stands on a screen at its beginning. Raises GradlabError."""
    lab = lesson_of(performance)

    async def run() -> T:
        async with app_of(lab, size, Filmed, theme) as (pilot, screen):
            assert isinstance(screen, Filmed)
            film = Film(pilot, screen)
            await film.settle()
            return await play(film)

    return asyncio.run(run())


def at_end(performance: Performance, size: tuple[int, int], theme: str, look: Callable[[Stage], Awaitable[T]]) -> T:
    """Return what a function makes of a lesson or a recording that stands on a screen at its end. Raises GradlabError."""
    lab = performance.to_end()

    async def run() -> T:
        async with app_of(lab, size, Unkept, theme) as (pilot, screen):
            stage = Stage(pilot, screen)
            await stage.settle()
            return await look(stage)

    return asyncio.run(run())
