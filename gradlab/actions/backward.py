"""Running the backward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._back import Back, back
from gradlab.actions._telling import position_lines
from gradlab.lab import passes
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _backward(lab: Lab, given: Back) -> Outcome:
    """Run phase b from a root; another root replaces this update's phase b."""
    passes.backward(lab, given.root, given.seed, given.stop)
    return told(position_lines(lab))


ACTION = Action("backward", "[NODE] [with EXPR] [to NODE]", "run the backward pass, from a node", back, _backward, moves=True)
