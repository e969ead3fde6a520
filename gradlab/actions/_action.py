"""What an action is: one word of the lab language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.lab.arguments import MovesRun, Words
from gradlab.lab.outcome import Outcome

if TYPE_CHECKING:
    from gradlab.session import Lab


def _no_names(arguments: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Action:
    """One word of the lab language.

    usage: its arguments, as a person reads them ("[N] [op|layer|phase|update|epoch]").
    read(words): reads the arguments; raises ScenarioError with all that is wrong, before anything runs.
    do(lab, arguments): does it, and returns what came of it; raises ActionError.
    names(arguments): of what expressions behind it may read, because it has kept that.
    key: the key it has by default, or "".   moves: whether it changes the state, so that a fresh run must do it, too.
    """

    name: str
    usage: str
    help: str
    read: Callable[[Words], Any]
    do: Callable[[Lab, Any], Outcome]
    key: str = ""
    moves: bool = False
    names: Callable[[Any], Iterable[str]] = _no_names

    def changes(self, arguments: Any) -> bool:
        """Return whether it changes the state when it is done with some arguments."""
        return self.moves or isinstance(arguments, MovesRun)

    @property
    def line(self) -> str:
        """The word with its arguments."""
        return f"{self.name} {self.usage}".rstrip()
