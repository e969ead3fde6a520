"""Answering the open question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import expression
from gradlab.lab.outcome import Outcome
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


def _answer(lab: Lab, given: Expression) -> Outcome:
    """Grade the answer. A wrong one is told which mistake leads to it, and may be mended; then the right one is shown."""
    return lab.grade(given)


ACTION = Action("answer", "TEXT", "answer the open question, with a number or a formula", expression, _answer)
