"""What a laboratory offers to read and to choose from: the page of a panel, the rows of the palette, those of the menus."""

from __future__ import annotations

from collections.abc import Iterable

from gradlab.axis.position import Position
from gradlab.draw.ink import Row, row
from gradlab.draw.reading import keys as key_lines
from gradlab.draw.reading import paragraphs
from gradlab.lab.snapshot import Snapshot
from gradlab.tui.keymap import Command
from gradlab.tui.keys import Keys, bound_in, sign
from gradlab.tui.moment import Moment
from gradlab.tui.overlays.menu import Item
from gradlab.tui.panels import PanelKind, PanelWidget
from gradlab.tui.screens.picker import Choice

CHANGED = "Keys were changed in keys.toml: those below hold, whatever the text above says."


def page(kind: PanelKind, panel: PanelWidget, keys: Keys) -> list[Row]:
    """Return how to read a panel, the keys that a panel of another package has, and those that every panel has."""
    own = [(sign(key), one.text) for one in bound_in(type(panel)) for key in keys.of(kind.name, one) if one.text]
    changed = [row((CHANGED, "warn")), row("")] if keys.changed else []
    shared = [(command.path, command.help) for command in keys.commands()]
    return [*paragraphs(kind.reading), row(""), *changed, *key_lines(own), row(""), *key_lines(shared)]


def palette(kinds: Iterable[PanelKind], keys: Keys, moment: Moment) -> list[Choice]:
    """Return every command and every panel."""
    commands = [Choice(c.name, c.label, f"{c.path:>4}  {c.help}", why_not=c.why_not(moment)) for c in keys.commands()]
    panels = [Choice(f"panel:{k.name}", f"show {k.title}", f"{k.digit or k.letter:>4}  go to the panel") for k in kinds]
    return [*commands, *panels]


def places(snapshot: Snapshot) -> list[Position]:
    """Return the places of this run that have a sign: its marks, and where it stops in this update."""
    return sorted({*(place for _, place in snapshot.marks), *snapshot.stops})


def menu_items(menu: str, kinds: Iterable[PanelKind], keys: Keys) -> list[Item]:
    """Return the rows of a menu: in that of `v` the panels first."""
    commands = [command for command in keys.commands() if command.menu == menu]
    taken = {sign for command in commands for sign in command.keys}
    panels = [kind for kind in kinds if kind.letter and kind.letter not in taken] if menu == "view" else []
    found = [("panel", kind.letter, kind.title) for kind in panels]
    found += [(_group(command), command.shown, command.label) for command in commands if command.prompt is None]
    return [*found, *([("", "0 … 9", "a position, typed on")] if menu == "go" else [])]


def _group(command: Command) -> str:
    """Return the heading above a row of a menu."""
    first = command.name.partition("-")[0]
    return {"layout": "layout", "go": "go to", "seam": "seam"}.get(first, "")
