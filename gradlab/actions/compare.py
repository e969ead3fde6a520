"""Another run beside this one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.arguments import Words, integer
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.scenario.changes import read_change

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Wish:
    """What to compare with, and for how many updates."""

    other: str = ""
    changes: tuple[str, ...] = ()
    updates: int = 1


def _wish(words: Words) -> Wish:
    """Read `[SCENARIO] [with NAME=EXPR] [for N updates]`."""
    head, updates = words.split("for")
    other, change = head.split("with")
    if not other.text and change is None:
        words.refuse("compare with what?", words.span)
    if change is not None:
        try:
            read_change(change.text)
        except ArgumentError as error:
            words.refuse(str(error), change.span)
    return Wish(other.text, () if change is None else (change.text,), 1 if updates is None else _number(updates))


def _number(words: Words) -> int:
    given = list(words)
    if not given:
        words.refuse("for how many updates?")
    for word in given[1:]:
        if word.text not in ("update", "updates") or word is not given[1]:
            words.refuse(f"unexpected `{word.text}`", word)
    return integer(words, given[0], 1)


def _compare(lab: Lab, wish: Wish) -> Outcome:
    """Run the scenario and the other one afresh, beside each other; this laboratory does not move."""
    from gradlab.draw.comparison import comparison_lines
    from gradlab.lab.beside.comparing import compare
    from gradlab.lab.beside.others import another, with_changes

    try:
        first = with_changes(lab, ())
        second = with_changes(another(lab, wish.other) if wish.other else first, wish.changes)
    except ArgumentError as error:
        raise ActionError(str(error)) from None
    for other in (first, second):
        other.deadline, other.on_chunk = lab.deadline, lab.on_chunk
    here = lab.title or "this scenario"
    names = here, " ".join([wish.other or here, *(f"with {change}" for change in wish.changes)])
    found = replace(compare(first, second, wish.updates), names=names)
    lab.keep_comparison(found)
    return told((Line("value", line) for line in comparison_lines(found, names)), panel="compare", found=found)


ACTION = Action(
    "compare",
    "[SCENARIO] [with NAME=EXPR] [for N updates]",
    "where another run first differs from this scenario",
    _wish,
    _compare,
)  # fmt: skip
