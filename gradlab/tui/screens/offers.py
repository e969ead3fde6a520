"""What a laboratory offers to read and to choose from: the page of a panel, the rows of the palette, those of the menus."""

from __future__ import annotations

from collections.abc import Iterable

from gradlab.draw.ink import Row, row
from gradlab.draw.reading import keys as key_lines
from gradlab.draw.reading import paragraphs
from gradlab.tui.keymap import Command
from gradlab.tui.keys import Keys, bound_in, sign
from gradlab.tui.moment import Moment
from gradlab.tui.overlays.menu import Item
from gradlab.tui.panels import PanelKind, PanelWidget

HERE = ("facet-next", "nearer", "farther", "enter", "look-back", "enlarge", "copy", "change", "plot")
"""Keys that the help of every panel names, beside those of the footer."""
PLACES = {
    "": "", "play": "where a lesson plays by itself", "asked": "while a question offers numbered answers",
    "present": "before a room", "browse": "in the list of scenarios", "sweep": "in a sweep",
}  # fmt: skip
"""Where keys may mean something of their own, by the word of the table, as the list of all keys calls it."""
CHANGED = "Keys were changed in keys.toml: those below hold, whatever the text above says."


def page(kind: PanelKind, panel: PanelWidget, keys: Keys, moment: Moment) -> list[Row]:
    """Return how to read a panel, what is chosen, and the keys that do something in the panel."""
    own = [(sign(key), one.text) for one in bound_in(type(panel)) for key in keys.of(kind.name, one) if one.text]
    changed = [row((CHANGED, "warn")), row("")] if keys.changed else []
    here = [*own, *((command.path, command.help) for command in keys.commands() if command.footer or command.name in HERE)]
    return [*_chosen(moment), *paragraphs(kind.reading), row(""), *changed, *key_lines(here)]


def _chosen(moment: Moment) -> list[Row]:
    """Return what is chosen, and how to read it."""
    node = moment.node
    if node is None:
        return []
    size = " x ".join(map(str, node.shape)) or "one number"
    made = f" = {node.expression}" if node.expression else ""
    return [row(("chosen  ", "dim"), (node.name, "strong"), (f"{made}   {node.title}, {size}", "")), row("")]


def all_keys(keys: Keys) -> list[Row]:
    """Return every key with what it does; those that mean something in one place alone stand below its name."""
    rows = [row((CHANGED, "warn")), row("")] if keys.changed else []
    commands = [command for command in keys.commands() if not command.name.endswith("-nothing")]
    for where, title in PLACES.items():
        rows += [row(""), row((title, "strong"))] if title else []
        rows += key_lines((command.path, command.help) for command in commands if command.where == where)
    return rows


def menu_items(menu: str, kinds: Iterable[PanelKind], keys: Keys) -> list[Item]:
    """Return the rows of a menu: in that of `v` the panels first."""
    commands = [command for command in keys.commands() if command.menu == menu]
    taken = {sign for command in commands for sign in command.keys}
    panels = [kind for kind in kinds if kind.letter and kind.letter not in taken] if menu == "view" else []
    found = [("panel", kind.letter, kind.title) for kind in panels]
    shown = [command for command in commands if not command.name.startswith("goto-")]
    found += [(_group(command), command.shown, command.label) for command in shown]
    return [*found, *([("", "0 … 9", "a position, typed on")] if len(shown) < len(commands) else [])]


def _group(command: Command) -> str:
    """Return the heading above a row of a menu."""
    first = command.name.partition("-")[0]
    return {"layout": "layout", "go": "go to", "seam": "seam"}.get(first, "")
