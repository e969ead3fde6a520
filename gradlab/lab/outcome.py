"""What came of an action: the lines that it says, and what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import rich.text


@dataclass(frozen=True, slots=True)
class Line:
    """One line that the laboratory says.

    kind: info, value, ok, fail, error, warning, finding, say, quiz, right, wrong, skip; stop: why a run stopped; watch: what is
    watched; bet: what was bet, and how that came out; picture: a row of one, for those who have no panel.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """What ended a run, or came up in it.

    kind: stop, where a breakpoint was met; found, where a condition that was searched for holds; end, where all that was asked
    for is done; finding; error; ready, where kernels are compiled.
    what: that in a few words.   why: what made it happen, with its numbers, or "".   left: how much was done of what was asked
    for, and how much was not, or "".   at: the position.   node, element: the numbers of what it is about, or -1.
    """

    kind: str
    what: str
    why: str = ""
    left: str = ""
    at: str = ""
    node: int = -1
    element: int = -1

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        return " · ".join(filter(None, (f"{self.what}: {self.why}" if self.why else self.what, self.left)))


@dataclass(frozen=True, slots=True)
class Page:
    """A text to read, longer than what is said in passing."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action said and shows. Nobody has to guess from its text what it did.

    look: index of the node to look at, or None.   panel: name of the panel that shows what was found, or "".
    page: a text to read.   found: what was found, as data: a comparison, a ledger, verdicts.   stage: how the screen is to be
    set, as pairs of `show`, `zoom`, `layout` or `theme` and a word.   event: why a run stopped, or how it ended.
    """

    lines: tuple[Line, ...] = ()
    look: int | None = None
    panel: str = ""
    page: Page | None = None
    found: Any = None
    stage: tuple[tuple[str, str], ...] = ()
    event: Event | None = None

    @property
    def ok(self) -> bool:
        """Whether no assertion failed."""
        return not any(line.kind == "fail" for line in self.lines)

    def __repr__(self) -> str:
        return f"<Outcome {'ok' if self.ok else 'failed'}: {len(self.lines)} line{'s' * (len(self.lines) != 1)}>"

    def __str__(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def __rich__(self) -> rich.text.Text:
        """Return the lines as rich draws them: plain text, never markup."""
        from rich.text import Text

        return Text(str(self))

    def _repr_html_(self) -> str:
        """Return the lines as a notebook shows them."""
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def told(lines: Iterable[Line], **shows: Any) -> Outcome:
    """Return the outcome of an action that says some lines."""
    return Outcome(tuple(lines), **shows)


def said(kind: str, text: str, **shows: Any) -> Outcome:
    """Return the outcome of an action that says one line."""
    return Outcome((Line(kind, text),), **shows)


def joined(outcomes: Iterable[Outcome]) -> Outcome:
    """Return one outcome of several actions in a row: all lines, and what the last of them shows."""
    whole = Outcome()
    for one in outcomes:
        whole = Outcome(
            (*whole.lines, *one.lines), whole.look if one.look is None else one.look, one.panel or whole.panel,
            one.page or whole.page, whole.found if one.found is None else one.found, (*whole.stage, *one.stage),
            one.event or whole.event,
        )  # fmt: skip
    return whole
