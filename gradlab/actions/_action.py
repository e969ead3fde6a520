"""What an action is: one word of the lab language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.graph.graph import Graph
from gradlab.lab.arguments import MovesRun, Words
from gradlab.lab.outcome import Outcome
from gradlab.lab.teach.lesson import Part

if TYPE_CHECKING:
    from gradlab.session import Lab


def _no_names(arguments: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Read:
    """A statement of a script with its arguments as they were read. words: what stands behind its word."""

    word: str
    words: Words
    arguments: Any


@dataclass(frozen=True, slots=True)
class Script:
    """A statement among the others of its script. number: its place.   graph: of the model; None where that cannot be read."""

    statements: Sequence[Read]
    number: int
    graph: Graph | None

    @property
    def before(self) -> Iterator[Read]:
        """The statements before it, the nearest first."""
        return reversed(self.statements[: self.number])

    @property
    def behind(self) -> Sequence[Read]:
        """The statements behind it."""
        return self.statements[self.number + 1 :]


@dataclass(frozen=True, slots=True)
class Action:
    """One word of the lab language.

    usage: its arguments, as a person reads them ("[N] [op|layer|phase|update|epoch]").
    read(words): reads the arguments; raises ScenarioError with all that is wrong, before anything runs.
    do(lab, arguments): does it, and returns what came of it; raises ActionError.
    names(arguments): of what expressions behind it may read, because it has kept that.
    moves: whether it changes the state, so that a fresh run must do it, too.   edits: whether it changes what later updates
    come to: a leaf, the seed, the mode, what is frozen.
    part: what it is in a lesson.   listed(arguments): how it reads there; without it, as it was written.   stands: whether what
    it says stands in the lesson, too.   fits(read, script): looks at it among the other statements; raises ScenarioError for
    what is wrong on their account.   topics(): pages about its arguments, by the word behind it.   kept: whether a recording
    has it.
    """

    name: str
    usage: str
    help: str
    read: Callable[[Words], Any]
    do: Callable[[Lab, Any], Outcome]
    moves: bool = False
    edits: bool = False
    names: Callable[[Any], Iterable[str]] = _no_names
    part: Part = "line"
    listed: Callable[[Any], str] | None = None
    stands: bool = False
    fits: Callable[[Read, Script], None] | None = None
    topics: Callable[[], Mapping[str, list[str]]] | None = None
    kept: bool = True

    def changes(self, arguments: Any) -> bool:
        """Return whether it changes the state when it is done with some arguments."""
        return self.moves or isinstance(arguments, MovesRun)

    @property
    def line(self) -> str:
        """The word with its arguments."""
        return f"{self.name} {self.usage}".rstrip()
