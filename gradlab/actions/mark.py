"""Naming a position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.axis.places import is_mark
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _name(words: Words) -> str:
    """Read the name of a mark."""
    name = words.text
    if not is_mark(name):
        words.refuse(f"`{name}` is not a name" if name else "a name is needed", words.span, "letters, digits, `_` and `-`")
    return name


def _mark(lab: Lab, name: str) -> Outcome:
    """Remember the position."""
    lab.marks[name] = lab.position
    return said("info", f"{name} is {lab.position}")


ACTION = Action("mark", "NAME", "give this position a name, for `goto NAME`", _name, _mark, moves=True)
