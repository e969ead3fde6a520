"""What a small change would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.actions._action import Action
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words, expression, reference, together
from gradlab.lab.numbers import bare, element_name, signed
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.why.asking import place_in
from gradlab.lab.why.checking import NUDGED
from gradlab.scenario.assertions import Reference
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Push:
    """What to nudge, and by how much."""

    target: Reference
    by: Expression


def _push(words: Words) -> Push:
    """Read `NODE[i, j] by D`."""
    target, by = words.split("by")
    if by is None:
        words.refuse("by how much?", words.span)
    together(lambda: reference(target), lambda: expression(by))
    return Push(reference(target), expression(by))


def _nudge(lab: Lab, given: Push) -> Outcome:
    """Say the change that the gradient predicts beside the one that really comes."""
    index = lab.known.nodes[given.target.name]
    shape = lab.graph.nodes[index].shape
    if given.target.index is None and shape:
        raise ActionError(f"`{given.target.name}` has shape {shape}: name one of its numbers, `{given.target.name}[…]`")
    by = np.asarray(given.by.evaluate(lab.environment()), np.float64)
    if by.size != 1 or not np.isfinite(by).all():
        raise ActionError("one finite number is needed behind `by`")
    size = float(by.reshape(-1)[0])
    place = place_in(lab.run, index, given.target.index or ())
    found = lab.nudge(index, place, size)
    name = element_name(given.target.name, shape, place)
    predicted, actual = signed(found.predicted), signed(found.actual)
    lines = (
        Line("value", f"{name} by {bare(size)}: {found.root} is {signed(found.before)}"),
        Line("value", f"  predicted {predicted}   actual {actual}   apart by {signed(found.apart)}"),
    )
    return told(lines, found=found)


def _names(_: Push) -> tuple[str, ...]:
    return NUDGED


ACTION = Action(
    "nudge", "NODE[i, j] by D", "what a small change would do to the root; then `predicted` and `actual` are numbers", _push,
    _nudge, moves=True, names=_names, stands=True,
)  # fmt: skip
