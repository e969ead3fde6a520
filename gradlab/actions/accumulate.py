"""Adding to gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._back import Back, back
from gradlab.actions._telling import position_lines
from gradlab.errors import ActionError
from gradlab.lab import passes
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _accumulate(lab: Lab, given: Back) -> Outcome:
    """Replace phase b by one that starts from the gradients of leaves that were there."""
    if given.stop is not None:
        raise ActionError("`accumulate` runs to the end; it takes no `to`")
    passes.accumulate(lab, given.root, given.seed)
    return told(position_lines(lab))


ACTION = Action(
    "accumulate",
    "[NODE] [with EXPR]",
    "run a backward pass that adds to the gradients of the last",
    back,
    _accumulate,
    moves=True,
)  # fmt: skip
