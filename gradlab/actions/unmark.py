"""Taking the name of a position away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.axis.places import is_mark
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _name(words: Words) -> str:
    """Read the name of a mark."""
    if not is_mark(words.text):
        words.refuse(f"`{words.text}` is not a name" if words.text else "a name is needed", words.span)
    return words.text


def _unmark(lab: Lab, name: str) -> Outcome:
    """Forget a mark. Raises ActionError for a name that no position has."""
    if name not in lab.marks:
        raise ActionError(f"there is no mark `{name}`; there are: {', '.join(lab.marks) or 'none'}")
    return said("info", f"{name} was {lab.marks.pop(name)}")


ACTION = Action("unmark", "NAME", "take the name of a position away", _name, _unmark, moves=True)
