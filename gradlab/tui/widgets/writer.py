"""Sends the terminal only the cells that differ from what it shows.

Textual writes every line that is drawn from its first cell, with all codes of every piece of it, whether the terminal shows
that already or not. Here an update of Textual's compositor is taken apart into cells first (`gradlab.tui.cells`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache, lru_cache
from inspect import signature
from sys import intern
from typing import NamedTuple

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from gradlab.tui.cells import CellRun, Shown, Unreadable
from gradlab.tui.looks import PLAIN, parts_of

UPDATES = {LayoutUpdate: ["strips", "region"], ChopsUpdate: ["chops", "spans", "chop_ends"]}
"""What the updates are made of that can be taken apart."""
DRIVERS = {"textual.drivers.linux_driver.LinuxDriver"}
"""What writes to a terminal that keeps what was written: neither a browser nor a part of the screen below the prompt."""
MOVES = {"cup": b"\x1b[%i%p1%d;%p2%dH", "cuf": b"\x1b[%p1%dC"}
"""How the cursor is moved, as terminfo writes it."""


def cells_of(update: object, shown: Shown, driver: object) -> CellsUpdate | None:
    """Return an update that sends only what differs, or None for an update or a driver that is not a known one."""
    if isinstance(update, LayoutUpdate | ChopsUpdate) and are_known() and can_place(driver):
        return CellsUpdate(update, shown)
    return None


@cache
def are_known() -> bool:
    """Return whether updates are such that can be taken apart."""
    return all(list(signature(kind).parameters) == made_of for kind, made_of in UPDATES.items())


def can_place(driver: object) -> bool:
    """Return whether what a driver writes goes to a terminal whose cursor is moved as here."""
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(driver).__mro__}
    return not kinds.isdisjoint(DRIVERS) and is_usual(os.environ.get("TERM", ""))


@cache
def is_usual(term: str) -> bool:
    """Return whether terminfo knows a terminal, and says that its cursor is moved in the usual way.

    A process can ask for one terminal only, the first one: curses answers for that ever after.
    """
    try:
        import curses
    except ImportError:
        return False
    try:
        curses.setupterm(term, 2)
    except curses.error:
        return False
    return all((curses.tigetstr(name) or b"").startswith(code) for name, code in MOVES.items())


class CellsUpdate(CompositorUpdate):
    """An update of which only those cells are sent that the terminal does not show yet."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: Shown) -> None:
        self.update, self.shown = update, shown

    def render_segments(self, console: Console) -> str:
        """Return what is to be sent; what cannot be taken apart is sent as Textual sends it."""
        update = self.update
        if isinstance(update, LayoutUpdate):
            self.shown.fit(update.region.right, update.region.bottom)
            strips = whole_lines(update)
        else:
            self.shown.fit(update.chop_ends[0][-1], len(update.chops))
            strips = dirty_parts(update)
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]
        try:
            stretches = [stretch_of(placed, system) for placed in strips]
            if any(stretch.end > self.shown.width for stretch in stretches):
                raise Unreadable
        except ValueError:
            self.shown.forget()
            return update.render_segments(console)
        return self.shown.show(stretches)


class PlacedStrip(NamedTuple):
    """A strip, where it begins, and how many of its cells are to be drawn."""

    y: int
    x: int
    strip: Strip
    width: int


def whole_lines(update: LayoutUpdate) -> Iterator[PlacedStrip]:
    """Return the strips of an update of the whole screen."""
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield PlacedStrip(y, x, strip, strip.cell_length)
            x += strip.cell_length


def dirty_parts(update: ChopsUpdate) -> Iterator[PlacedStrip]:
    """Return the strips of an update of some parts, each as far as the part goes."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first:
                yield PlacedStrip(y, x, strip, min(end, last) - x)


def stretch_of(placed: PlacedStrip, system: ColorSystem) -> CellRun:
    """Return what a strip draws, cell by cell. Raises Unreadable."""
    y, x, strip, width = placed
    found = CellRun(y, x)
    for text, style, control in strip:
        if control:
            raise Unreadable(text)
        if text:
            found.add(text, look_of(style, system) if style else PLAIN)
    if not found.cut(width):
        if strip.cell_length <= width:
            raise Unreadable(strip.text)
        return stretch_of(PlacedStrip(y, x, strip.crop(0, width), width), system)
    return found


@lru_cache(maxsize=4096)
def look_of(style: Style, system: ColorSystem) -> str:
    """Return what Textual writes before a text of a style. Raises ValueError when that is more than a link and SGR codes."""
    look = intern(Strip.render_style(style, "\0", system).partition("\0")[0])
    parts_of(look)
    return look
