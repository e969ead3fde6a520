"""Watching an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import expression
from gradlab.lab.outcome import Outcome, said
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


def _watch(lab: Lab, wanted: Expression) -> Outcome:
    """Watch an expression."""
    made = lab.stops.add_watch(wanted)
    return said("watch", f"watch {made.number}: {wanted.text} = {made.told(lab.environment())}")


ACTION = Action("watch", "EXPR", "show the number of an expression wherever you go", expression, _watch, moves=True)
