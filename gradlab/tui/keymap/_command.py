"""What a key stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradlab.tui.moment import Moment

Says = Callable[[Moment], str]

URGENT = 9
"""The weight in the footer of what matters only now and then."""
EVERYWHERE = ""
"""The scope of a key that means the same wherever one is."""


def always(moment: Moment) -> str:
    """Return no reason: it can always be done."""
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """One key, and what it stands for.

    key: its keys, separated by commas.   shown: the first of them as a person reads it.   label: its word in the footer.
    line, prompt: give the action line, or the beginning of one, for a moment.   does: a method of the screen (`do_cursor`) and
    its arguments, "cursor left"; the name where it is empty.
    reverse: the command that takes it back, itself where the same key does.
    menu: the menu that it stands in ("view", "go"), behind whose key its own counts; "" for none.
    where: "play" where it means something while a lesson plays, "asked" while a question offers things to choose from; ""
    everywhere.
    why_not: says why it cannot be done now, or "".   footer: 1 if the footer always shows it, 2, 3 while there is room;
    `URGENT` only while it can be done, but before all others.
    """

    name: str
    key: str
    shown: str
    label: str
    help: str
    line: Says | None = None
    prompt: Says | None = None
    does: str = ""
    reverse: str = ""
    menu: str = ""
    where: str = ""
    why_not: Says = always
    footer: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys."""
        return tuple(self.key.split(","))

    @property
    def scope(self) -> str:
        """What the settings call the place where its keys count: a menu, "play", or "" for everywhere."""
        return self.menu or self.where

    @property
    def path(self) -> str:
        """Its keys as a person presses them: `vx` in the menu of `v`."""
        return MENU_SIGNS.get(self.menu, "") + self.shown


MENU_SIGNS = {"view": "v", "go": "g"}
"""The key by default that opens each menu."""


def line(text: str) -> Says:
    """Return what always gives one line."""
    return lambda moment: text
