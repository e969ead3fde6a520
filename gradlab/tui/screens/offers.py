"""What a laboratory offers to read and to choose from: the page of a panel, the rows of the palette, the list of panels."""

from __future__ import annotations

from collections.abc import Iterable

from gradlab.draw.ink import Row, row
from gradlab.draw.reading import keys as key_lines
from gradlab.draw.reading import paragraphs
from gradlab.tui.keys import Keys, bound_in, sign
from gradlab.tui.moment import Moment
from gradlab.tui.panels import PanelKind, PanelWidget
from gradlab.tui.screens.picker import Choice

CHANGED = "Keys were changed in keys.toml: those below hold, whatever the text above says."


def page(kind: PanelKind, panel: PanelWidget, keys: Keys) -> list[Row]:
    """Return how to read a panel, its keys, and those that every panel has."""
    own = [(sign(key), one.text) for one in bound_in(type(panel)) for key in keys.of(kind.name, one) if one.text]
    changed = [row((CHANGED, "warn")), row("")] if keys.changed else []
    shared = [(command.shown, command.help) for command in keys.commands()]
    return [*paragraphs(kind.reading), row(""), *changed, *key_lines(own), row(""), *key_lines(shared)]


def palette(kinds: Iterable[PanelKind], keys: Keys, moment: Moment) -> list[Choice]:
    """Return every command and every panel."""
    commands = [Choice(c.name, c.label, f"{c.shown:>4}  {c.help}", why_not=c.why_not(moment)) for c in keys.commands()]
    panels = [Choice(f"panel:{k.name}", f"show {k.title}", f"{k.digit or k.letter:>4}  go to the panel") for k in kinds]
    return [*commands, *panels]


def by_letter(kinds: Iterable[PanelKind]) -> list[tuple[str, str, str]]:
    """Return name, letter and text of every panel."""
    return [(kind.name, kind.letter, f"{kind.title:<20}{kind.digit:>4}") for kind in kinds]
