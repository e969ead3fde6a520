"""The keys that a person has changed: `keys.toml` in the folder of the user's settings.

    [keys]
    "O" = "step"        # a key, and the action that it stands for everywhere
    "ctrl+o" = "step"

    [keys.view]         # in the menu of `v`; `keys.go` is that of `g`, `keys.play` holds while a lesson plays,
                        # `keys.browse` in the browser, `keys.sweep` on the screen of a sweep
    "y" = "hide"

An action that is named there has the keys that stand there and no others; all other actions keep theirs. No key can stand for
two actions. The names are those of `gradlab.tui.keymap.COMMANDS`. A panel of another package may have keys of its own, which
are changed below `[keys.NAME]`; there an action is called what its binding does: `look('four')` is `look four`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import Keys as Named
from textual.keys import format_key, key_to_character

from gradlab.draw.glyphs import keys_spelled
from gradlab.tui.keymap import BY_NAME, COMMANDS, EVERYWHERE, SCOPES, Command

if TYPE_CHECKING:
    from gradlab.tui.panels import PanelKind

FOLDER = "GRADLAB_CONFIG_DIR"
RESERVED = {
    "ctrl+c": "it stops what runs, and leaves",
    "ctrl+q": "it stops what runs, and leaves",
    "escape": "it stops what runs, and closes what is open",
    **dict.fromkeys("1234567890", "digits choose panels"),
}
"""Keys that nobody can take, in no menu either, and what they are for."""
SIGNS = {"space": "␣", "escape": "esc", "left": "←", "right": "→"}
MODIFIERS = ("ctrl", "shift", "alt")
NAMES = frozenset(name.value for name in Named if "+" not in name.value and "<" not in name.value)

Place = tuple[str, str]
"""A scope and the name of an action in it."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An action and the keys that stand for it by default."""

    name: str
    keys: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Keys:
    """Which key stands for what.

    changed: the keys of each action that the file names.   file: where that is read.   problems: lines that mean nothing.
    in_words: whether keys without a letter are shown as words, for a terminal that has no signs for them.
    """

    changed: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    file: Path | None = None
    problems: tuple[str, ...] = ()
    in_words: bool = False

    def of(self, scope: str, bound: Bound) -> tuple[str, ...]:
        """Return the keys that stand for an action."""
        return self.changed.get((scope, bound.name), bound.keys)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands with the keys that they have."""
        return tuple(self.command(command) for command in COMMANDS)

    def command(self, command: Command) -> Command:
        """Return a command with the key that it has."""
        keys = self.changed.get((command.scope, command.name))
        found = command if keys is None else replace(command, key=",".join(keys), shown=sign(keys[0]))
        return replace(found, shown=keys_spelled(found.shown)) if self.in_words else found

    def command_of(self, name: str) -> Command:
        """Return a command by its name, with the key that it has."""
        return self.command(BY_NAME[name])

    def sign(self, name: str) -> str:
        """Return the key of a command as it is shown."""
        return self.command(BY_NAME[name]).shown

    @cached_property
    def meant(self) -> Mapping[str, Mapping[str, Command]]:
        """What each key stands for, by the place where it counts."""
        found: dict[str, dict[str, Command]] = {scope: {} for scope in SCOPES}
        for command in self.commands():
            found[command.scope].update(dict.fromkeys(command.keys, command))
        return found

    def find(self, key: str, *scopes: str) -> Command | None:
        """Return what a key stands for in the first of some places where it means something."""
        return next((self.meant[scope][key] for scope in scopes if key in self.meant[scope]), None)

    def keymap(self, widgets: Mapping[str, type]) -> dict[str, str]:
        """Return the keys that differ, by the ids of the bindings, for Textual. widgets: the classes of the panels by name."""
        found = {}
        for (scope, name), keys in self.changed.items():
            if scope == EVERYWHERE or scope in widgets:
                found[identity(widgets.get(scope), name)] = ",".join(keys)
        return found


def identity(widget: type | None, name: str) -> str:
    """Return the id of the binding of a command, or of an action of a panel's class."""
    return f"everywhere:{name}" if widget is None else f"{widget.__module__}.{widget.__qualname__}:{name}"


def sign(key: str) -> str:
    """Return a key as it is shown."""
    character = format_key(key)
    return character if len(character) == 1 and character.isascii() else SIGNS.get(key, key.replace("ctrl+", "^"))


def action_name(action: str) -> str:
    """Return what the settings call the action of a binding: `look('four')` is `look four`."""
    return " ".join(re.sub(r"[(),'\"]", " ", action).split())


def bindings_of(widget: type) -> tuple[Binding, ...]:
    """Return the bindings that a class of panels and its bases declare, with their ids; without those of Textual itself."""
    found: dict[str, Binding] = {}
    for base in reversed(widget.__mro__):
        if not base.__module__.startswith("textual."):
            for binding in Binding.make_bindings(base.__dict__.get("BINDINGS", ())):
                found[binding.key] = replace(binding, id=identity(widget, action_name(binding.action)))
    return tuple(found.values())


@cache
def bound_in(widget: type) -> tuple[Bound, ...]:
    """Return the actions of a class of panels."""
    found: dict[str, Bound] = {}
    for binding in bindings_of(widget):
        name = action_name(binding.action)
        before = found.get(name, Bound(name, (), binding.description))
        found[name] = replace(before, keys=(*before.keys, binding.key))
    return tuple(found.values())


def commands_in(scope: str) -> tuple[Bound, ...]:
    """Return the commands whose keys count in one place: everywhere, in a menu, while a lesson plays."""
    return tuple(Bound(command.name, command.keys, command.help) for command in COMMANDS if command.scope == scope)


def widget_of(kind: PanelKind) -> type:
    """Return the class of the panels of a kind."""
    return kind.make if isinstance(kind.make, type) else type(kind.make())


def normal(key: str) -> str | None:
    """Return a key as Textual calls it, or None for what is no key: `?` is `question_mark`, `shift+n` is `N`."""
    *modifiers, last = key.split("+") if len(key) > 1 else (key,)
    if len(last) == 1 and last.isprintable():
        last = "comma" if last == "," else "space" if last == " " else next(iter(Binding.make_bindings([(last, "")]))).key
    elif len(last) == 1 or (last not in NAMES and key_to_character(last) is None):
        return None
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(MODIFIERS):
        return None
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()
    return "+".join([*(m for m in MODIFIERS if m in modifiers), last])


def file() -> Path:
    """Return where the keys that a person changed are read."""
    if given := os.environ.get(FOLDER):
        return Path(given) / "keys.toml"
    import platformdirs

    return Path(platformdirs.user_config_dir("gradlab")) / "keys.toml"


def doubled(keys: Keys, *places: tuple[str, Iterable[Bound]]) -> Iterator[tuple[str, Place, Place]]:
    """Return the keys that stand for two actions of some places that count together, with both."""
    taken: dict[str, Place] = {}
    for where, bounds in places:
        for bound in bounds:
            for key in keys.of(where, bound):
                if key in taken and taken[key] != (where, bound.name):
                    yield key, taken[key], (where, bound.name)
                taken.setdefault(key, (where, bound.name))
