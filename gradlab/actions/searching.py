"""Stopping where a condition holds, forth and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.axis.places import is_position
from gradlab.errors import ActionError
from gradlab.lab.action import action
from gradlab.lab.arguments import Words, expression, integer, node, number, optional, together
from gradlab.lab.search.breakpoints import LIMIT, Place, Watch, add_breakpoint, next_number, run_back, run_forth
from gradlab.lab.search.conditions import Condition, condition
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Search:
    """What to stop at, None for breakpoints, and after how many updates to give up; None where that was not said."""

    until: Condition | None = None
    updates: int | None = None


def _limited(words: Words) -> tuple[Words, int | None]:
    """Cut `for N updates` off."""
    head, tail = words.split("for")
    if tail is None:
        return head, None
    given = list(tail)
    if not given or [word.text for word in given[1:]] not in ([], ["update"], ["updates"]):
        tail.refuse("for how many updates?", tail.span, "write `for N updates`")
    return head, integer(tail, given[0], 1)


def _until(words: Words) -> Search:
    """Read `until COND [for N updates]`."""
    head, updates = _limited(words)
    before, wanted = head.split("until")
    if before.text:
        words.refuse(f"unexpected `{before.text}`", before.span)
    if wanted is None:
        words.refuse("until what?", words.span)
    return Search(condition(wanted), updates)


def _reverse(words: Words) -> Search:
    """Read `[continue | until COND] [for N updates]`."""
    head, updates = _limited(words)
    return Search(None, updates) if head.text in ("", "continue") else _until(words)


def _goes_on(words: Words) -> Search:
    """Read `[for N updates]`."""
    head, updates = _limited(words)
    if head.text:
        words.refuse(f"unexpected `{head.text}`", head.span)
    return Search(None, updates)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a breakpoint shall be. text: as it was said."""

    text: str
    place: Place | None
    when: Condition | None


def _stop(words: Words) -> Stop:
    """Read `[at PLACE] [when COND]`."""
    head, when = words.split("when")
    before, at = head.split("at")
    if before.text:
        words.refuse(f"unexpected `{before.text}`", before.span)
    if at is None and when is None:
        words.refuse("where, or when?", words.span)
    found: dict[str, object] = {}

    def read_place() -> None:
        found["place"] = None if at is None else _place(at)

    def read_condition() -> None:
        found["when"] = None if when is None else condition(when)

    together(read_place, read_condition)
    place, wanted = found["place"], found["when"]
    assert place is None or isinstance(place, Place)
    assert wanted is None or isinstance(wanted, Condition)
    if place is not None and wanted is not None and wanted.expression is None:
        words.refuse("`nan` is looked at behind every op: it takes no `at`", words.span)
    return Stop(words.text, place, wanted)


def _place(words: Words) -> Place:
    """Read `NODE`, `grad(NODE)` or a position."""
    if is_position(words.text):
        return Place("position", words.text)
    if words.text.startswith("grad(") and words.text.endswith(")"):
        span = words.span
        lead = span.text.index("(") + 1
        return Place("grad", node(words.within(span.part(lead, span.text.rindex(")")))))
    return Place("value", node(words))


@action("run", "until COND [for N updates]", "run on until a condition holds, or to a breakpoint", _until, moves=True)
def run(lab: Lab, wanted: Search) -> None:
    """Go forth to the next place at which the condition holds."""
    run_forth(lab, wanted.until, wanted.updates or LIMIT)


@action("continue", "[for N updates]", "run on to a breakpoint", _goes_on, key="c", moves=True)
def go_on(lab: Lab, wanted: Search) -> None:
    """Go forth to the next breakpoint."""
    _need_breakpoints(lab)
    run_forth(lab, None, wanted.updates or LIMIT)


@action(
    "reverse", "[continue | until COND] [for N updates]",
    "go back to a breakpoint, or to where a condition last held (where it holds now: to where that began)", _reverse, key="C",
    moves=True,
)  # fmt: skip
def reverse(lab: Lab, wanted: Search) -> None:
    """Go back."""
    if wanted.until is None:
        _need_breakpoints(lab)
    run_back(lab, wanted.until, wanted.updates or max(1, lab.position.update))


def _need_breakpoints(lab: Lab) -> None:
    if not lab.breakpoints:
        raise ActionError("no breakpoint is set: `break when COND` or `break at NODE` sets one")


@action(
    "break", "[at NODE | at grad(NODE) | at POS] [when COND]",
    "stop `continue`, `run` and `train` there, or where the condition begins to hold; `when nan`: at the first NaN or infinity;"
    " alone: list", optional(_stop), moves=True,
)  # fmt: skip
def set_break(lab: Lab, wanted: Stop | None) -> None:
    """Set a breakpoint, or say which there are."""
    if wanted is None:
        _list(lab)
        return
    made = add_breakpoint(lab, wanted.text, wanted.place, wanted.when)
    lab.say("info", f"breakpoint {made.number}: {made.text}")


def _list(lab: Lab) -> None:
    for one in lab.breakpoints:
        lab.say("info", f"breakpoint {one.number}: {one.text}")
    for watch in lab.watches:
        lab.say("info", f"watch {watch.number}: {watch.expression.text}")
    if not lab.breakpoints and not lab.watches:
        lab.say("info", "there are no breakpoints and no watches")


@action("watch", "EXPR", "show the number of an expression wherever you go", expression, moves=True)
def watch_number(lab: Lab, wanted: Expression) -> None:
    """Watch an expression."""
    made = Watch(next_number(lab), wanted)
    lab.watches.append(made)
    lab.say("value", f"watch {made.number}: {wanted.text} = {made.told(lab)}")


@action("clear", "[N]", "remove a breakpoint or a watch by its number, or all of them", optional(number), moves=True)
def clear(lab: Lab, which: int | None) -> None:
    """Remove breakpoints and watches."""
    there = [*(one.number for one in lab.breakpoints), *(one.number for one in lab.watches)]
    gone = [one for one in there if which in (None, one)]
    if which is not None and not gone:
        listed = ", ".join(map(str, there)) or "none"
        raise ActionError(f"there is no breakpoint and no watch {which}; there are: {listed}")
    lab.breakpoints = [one for one in lab.breakpoints if one.number not in gone]
    lab.watches = [one for one in lab.watches if one.number not in gone]
    lab.say("info", f"removed {len(gone)}" if which is None else f"removed {which}")
