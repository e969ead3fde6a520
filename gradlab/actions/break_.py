"""Setting breakpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.axis.places import is_position
from gradlab.lab.arguments import Words, node, optional, together
from gradlab.lab.outcome import Line, Outcome, said, told
from gradlab.lab.search.breakpoints import StopPlace, Stops
from gradlab.lab.search.conditions import Condition, condition

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a breakpoint shall be. text: as it was said."""

    text: str
    place: StopPlace | None
    when: Condition | None


def _stop(words: Words) -> Stop:
    """Read `[at PLACE] [when COND]`."""
    head, when = words.split("when")
    before, at = head.split("at")
    if before.text:
        words.refuse(f"unexpected `{before.text}`", before.span)
    if at is None and when is None:
        words.refuse("where, or when?", words.span)
    places: list[StopPlace] = []
    conditions: list[Condition] = []
    together(
        lambda: None if at is None else places.append(_place(at)),
        lambda: None if when is None else conditions.append(condition(when)),
    )
    found = Stop(words.text, next(iter(places), None), next(iter(conditions), None))
    if found.place is not None and found.when is not None and found.when.expression is None:
        words.refuse(f"`{found.when.text}` is looked at behind every op: it takes no `at`", words.span)
    return found


def _place(words: Words) -> StopPlace:
    """Read `NODE`, `grad(NODE)` or a position."""
    if is_position(words.text):
        return StopPlace("position", words.text)
    if words.text.startswith("grad(") and words.text.endswith(")"):
        span = words.span
        lead = span.text.index("(") + 1
        return StopPlace("grad", node(words.within(span.part(lead, span.text.rindex(")")))))
    return StopPlace("value", node(words))


def _break(lab: Lab, wanted: Stop | None) -> Outcome:
    """Set a breakpoint, or say which there are."""
    if wanted is None:
        return told(_listed(lab.stops))
    made = lab.stops.add_breakpoint(lab, wanted.text, wanted.place, wanted.when)
    return said("info", f"breakpoint {made.number}: {made.text}")


def _listed(stops: Stops) -> Iterator[Line]:
    for one in stops.breakpoints:
        yield Line("info", f"breakpoint {one.number}: {one.text}")
    for watch in stops.watches:
        yield Line("info", f"watch {watch.number}: {watch.expression.text}")
    if not stops.numbers:
        yield Line("info", "there are no breakpoints and no watches")


ACTION = Action(
    "break", "[at NODE | at grad(NODE) | at POS] [when COND]",
    "stop `continue`, `run` and `train` there, or where the condition begins to hold; `when nan`, `when inf`: at the first one;"
    " alone: list", optional(_stop), _break, moves=True,
)  # fmt: skip
