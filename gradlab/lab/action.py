"""What an action is: one function, with its name, its arguments and its help beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from gradlab.lab.arguments import Words

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Action:
    """One word of the lab language.

    usage: its arguments, as a person reads them ("[N] [op|layer|phase|update|epoch]").
    parse(words): reads the arguments; raises ScenarioError with all that is wrong, before anything runs.
    run(lab, arguments): does it and says what came of it; raises ActionError.
    key: the key it has by default, or "".   moves: whether it changes the state, so that a fresh run must do it, too.
    """

    name: str
    usage: str
    help: str
    parse: Callable[[Words], Any]
    run: Callable[[Lab, Any], None]
    key: str = ""
    moves: bool = False

    @property
    def line(self) -> str:
        """The word with its arguments."""
        return f"{self.name} {self.usage}".rstrip()


def action(
    name: str, usage: str, help_text: str, parse: Callable[[Words], T], *, key: str = "", moves: bool = False
) -> Callable[[Callable[[Lab, T], None]], Action]:
    """Make an action of a function that takes the laboratory and what `parse` gives."""

    def declare(run: Callable[[Lab, T], None]) -> Action:
        return Action(name, usage, help_text, parse, run, key, moves)

    return declare
