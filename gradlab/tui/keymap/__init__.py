"""Every key, in one table, with the action line that it stands for and what takes it back.

These are the keys by default: `gradlab.tui.keys` has those that a person changed. `I`, `M`, `O`, `V`, `W` and the punctuation
that is not here stay free, for a person's own and for panels of other packages; a panel of gradlab has no keys of its own.

A command has either a `line` (sent to the laboratory as if it had been typed), a `prompt` (the beginning of a line that a
person finishes) or neither: then the screen does it.
"""

from __future__ import annotations

from gradlab.tui.keymap._browse import BROWSE
from gradlab.tui.keymap._command import EVERYWHERE, MENU_SIGNS, URGENT, Command, Says
from gradlab.tui.keymap._deeds import DEEDS
from gradlab.tui.keymap._lines import element_of, no_update, phase_left
from gradlab.tui.keymap._menus import ASKED, GO, PLAY, PRESENT, VIEW
from gradlab.tui.keymap._old import OLD
from gradlab.tui.keymap._sight import SIGHT
from gradlab.tui.keymap._sweep import SWEEP
from gradlab.tui.keymap._time import TIME

__all__ = [
    "BY_NAME",
    "COMMANDS",
    "EVERYWHERE",
    "FREE",
    "MENU_SIGNS",
    "OLD",
    "SCOPES",
    "URGENT",
    "Command",
    "Says",
    "element_of",
    "no_update",
    "phase_left",
]

COMMANDS: tuple[Command, ...] = (*TIME, *DEEDS, *SIGHT, *VIEW, *GO, *PLAY, *ASKED, *PRESENT, *BROWSE, *SWEEP)
BY_NAME = {command.name: command for command in COMMANDS}
SCOPES = tuple(dict.fromkeys(command.scope for command in COMMANDS))
"""Where keys count: everywhere, in a menu, while a lesson plays, asks or is shown to a room, in the browser, in a sweep."""
FREE = "IMOVW"
"""Letters that no command has."""
