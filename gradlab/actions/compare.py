"""Another run beside this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.axis.position import Position
from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.arguments import Words, integer
from gradlab.lab.outcome import Event, Line, Outcome
from gradlab.scenario.changes import read_change
from gradlab.scenario.places import at

if TYPE_CHECKING:
    from gradlab.lab.beside.comparing import Comparison
    from gradlab.lab.core import Core
    from gradlab.session import Lab


SESSION = "session"
"""What stands for this session in a line; a scenario of that name is called by its file, `session.md`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to compare with, and for how many updates; 0 for as far as the session has come, or 1."""

    other: str = ""
    changes: tuple[str, ...] = ()
    updates: int = 0


def _wish(words: Words) -> Wish:
    """Read `[session | SCENARIO] [with NAME=EXPR …] [for N updates]`."""
    head, updates = words.split("for")
    other, rest = head.split("with")
    if not other.text and rest is None:
        words.refuse("compare with what? for instance `compare session with lr=0.1 for 20 updates`", words.span)
    return Wish(other.text, tuple(_changes(rest)), 0 if updates is None else _number(updates))


def _changes(rest: Words | None) -> Iterator[str]:
    """Yield the changes `NAME=EXPR with NAME=EXPR …`."""
    while rest is not None:
        change, rest = rest.split("with")
        try:
            read_change(change.text)
        except ArgumentError as error:
            change.refuse(str(error), change.span)
        yield change.text


def _number(words: Words) -> int:
    given = list(words)
    if not given:
        words.refuse("for how many updates?")
    for word in given[1:]:
        if word.text not in ("update", "updates") or word is not given[1]:
            words.refuse(f"unexpected `{word.text}`", word)
    return integer(words, given[0], 1)


def _compare(lab: Lab, wish: Wish) -> Outcome:
    """Run two laboratories beside each other from their beginning; this one does not move, and is asked whether to go on."""
    from gradlab.draw.comparison import comparison_lines
    from gradlab.lab.beside.comparing import compare

    try:
        runs, names = _runs(lab, wish)
    except ArgumentError as error:
        raise ActionError(str(error)) from None
    for other in runs:
        other.on_chunk = lab.breathe

    def told(share: float) -> None:
        lab.progress = share

    try:
        found = replace(compare(*runs, wish.updates or _as_far(lab, wish), told=told), names=names, changes=wish.changes)
    finally:
        lab.progress = None
    lab.keep_comparison(found)
    lines = (Line("value", line) for line in comparison_lines(found, names))
    return Outcome(tuple(lines), panel="compare", found=found, event=_ended(found))


def _ended(found: Comparison) -> Event:
    """Return how a comparison ended: for how long both ran, and what differs first."""
    ran = f"compared {found.updates:,} update{'s' * (found.updates != 1)}"
    first = found.first
    if first is None:
        return Event("end", ran, "no number differs" if not found.differ else "the graphs differ, no number that both have")
    a, b = first.positions
    place = str(a) if a == b else f"{a} of A, {b} of B"
    return Event("end", ran, f"the {first.what} of {first.name} differs first, at {place}")


def _runs(lab: Lab, wish: Wish) -> tuple[tuple[Core, Core], tuple[str, str]]:
    """Return the two runs and what they are called. Raises ScenarioError, ArgumentError."""
    from gradlab.lab.beside.others import another, session, with_changes

    here = lab.title or "this scenario"
    if wish.other == SESSION:
        return (session(lab), with_changes(lab, wish.changes)), ("this session", _named(f"{here} as it is written", lab, wish))
    first = with_changes(lab, ())
    other = another(lab, wish.other) if wish.other else first
    return (first, with_changes(other, wish.changes)), (here, _named(wish.other or here, other, wish))


def _named(name: str, core: Core, wish: Wish) -> str:
    """Return what a run with changes is called. name, core: without them."""
    changes = (read_change(change) for change in wish.changes)
    return " ".join([name, *(f"with {change.said(_where(core, change.place))}" for change in changes)])


def _where(core: Core, place: str) -> str:
    """Return what a place of a change is called: the layer that is made there, else the node; a line stays what it is."""
    found = dict.fromkeys(
        node.place or node.name for node in core.graph.nodes if node.span is not None and at(node.span) == place
    )
    if not found:
        return f"line {place}" if place.isdigit() else place
    first, *more = found
    return first + (f" and {len(more)} more" if more else "")


def _as_far(lab: Lab, wish: Wish) -> int:
    """Return how many updates a session has begun, at least 1; 1 for what is not of the session."""
    at = lab.position
    return max(1, at.update + (at != Position(at.update))) if wish.other == SESSION else 1


ACTION = Action(
    "compare",
    "[session | SCENARIO] [with NAME=EXPR …] [for N updates]",
    "where another run first differs from this scenario, or this session from the scenario as it is written",
    _wish,
    _compare,
    stands=True,
)  # fmt: skip
