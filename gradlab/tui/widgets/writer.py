"""Sends the terminal only the cells that differ from what it shows.

Textual writes every line that is drawn from its first cell, with all codes of every piece of it, whether the terminal shows
that already or not. Here an update of Textual's compositor is taken apart into cells first (`gradlab.tui.cells`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from inspect import signature
from sys import intern

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from gradlab.tui.cells import LookOf, Shown, Stretch, Unreadable
from gradlab.tui.looks import PLAIN

UPDATES = {LayoutUpdate: ["strips", "region"], ChopsUpdate: ["chops", "spans", "chop_ends"]}
"""What the updates are made of that can be taken apart."""
DRIVERS = {"textual.drivers.linux_driver.LinuxDriver"}
"""What writes to a terminal that keeps what was written: neither a browser nor a part of the screen below the prompt."""
MOVES = {"cup": b"\x1b[%i%p1%d;%p2%dH", "cuf": b"\x1b[%p1%dC"}
"""How the cursor is moved, as terminfo writes it."""
Placed = tuple[int, int, Strip]
"""A line, a cell in it, and the strip that begins there."""


def cells_of(update: object, shown: Shown, driver: object) -> CellsUpdate | None:
    """Return an update that sends only what differs, or None for an update or a driver that is not a known one."""
    if isinstance(update, LayoutUpdate | ChopsUpdate) and is_known(update) and can_place(driver):
        return CellsUpdate(update, shown)
    return None


def is_known(update: object) -> bool:
    """Return whether an update is one that can be taken apart."""
    kind = type(update)
    return kind in UPDATES and list(signature(kind).parameters) == UPDATES[kind]


def can_place(driver: object) -> bool:
    """Return whether what a driver writes goes to a terminal whose cursor is moved as here."""
    kind = type(driver)
    return f"{kind.__module__}.{kind.__qualname__}" in DRIVERS and is_usual(os.environ.get("TERM", ""))


@lru_cache(maxsize=8)
def is_usual(term: str) -> bool:
    """Return whether terminfo knows a terminal, and says that its cursor is moved in the usual way."""
    try:
        import curses

        curses.setupterm(term, 2)
        return all((curses.tigetstr(name) or b"").startswith(code) for name, code in MOVES.items())
    except (ImportError, curses.error):
        return False


class CellsUpdate(CompositorUpdate):
    """An update of which only those cells are sent that the terminal does not show yet."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: Shown) -> None:
        self.update, self.shown = update, shown

    def render_segments(self, console: Console) -> str:
        """Return what is to be sent; what cannot be taken apart is sent as Textual sends it."""
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]
        try:
            stretches = self._stretches(lambda style: look_of(style, system))
        except Unreadable:
            self.shown.forget()
            return self.update.render_segments(console)
        return self.shown.show(stretches)

    def _stretches(self, look_of: LookOf) -> list[Stretch]:
        """Return what is to stand where. Raises Unreadable."""
        update = self.update
        if isinstance(update, LayoutUpdate):
            self.shown.fit(update.region.right, update.region.bottom)
            strips = whole_lines(update)
        else:
            self.shown.fit(update.chop_ends[0][-1], len(update.chops))
            strips = dirty_parts(update)
        found = [Stretch(y, x, pieces_of(strip), look_of) for y, x, strip in strips]
        if any(stretch.end > self.shown.width for stretch in found):
            raise Unreadable
        return found


@lru_cache(maxsize=4096)
def look_of(style: Style | None, system: ColorSystem) -> str:
    """Return what Textual writes before a text of a style."""
    if style is None:
        return PLAIN
    return intern(Strip.render_style(style, "\0", system).partition("\0")[0])


def pieces_of(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """Return the texts of a strip with their styles. Raises Unreadable for codes that are no text."""
    for text, style, control in strip:
        if control:
            raise Unreadable(text)
        yield text, style


def whole_lines(update: LayoutUpdate) -> Iterator[Placed]:
    """Return the strips of an update of the whole screen."""
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield y, x, strip
            x += strip.cell_length


def dirty_parts(update: ChopsUpdate) -> Iterator[Placed]:
    """Return the strips of an update of some parts, as far as they lie in them."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= last and end > first:
                inside = first <= x < last and end <= last
                yield y, x, strip if inside else strip.crop(0, min(end, last) - x)
