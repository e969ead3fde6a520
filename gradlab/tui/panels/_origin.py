"""What the why panel asks the laboratory for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.axis.position import State
from gradlab.draw.why import GradientView, WhyPicture
from gradlab.lab.why.arrivals import Drill
from gradlab.tui.moment import Look

if TYPE_CHECKING:
    from gradlab.session import Lab


def ask(lab: Lab, look: Look, origin: GradientView) -> WhyPicture | None:
    """Ask for the ledger or for the ways, if the gradient is there."""
    states = look.snapshot.grad_states
    if not 0 <= look.focus < len(states) or states[look.focus] == State.PENDING:
        return None
    if origin.mode == "ways":
        return WhyPicture(origin, paths=lab.paths(look.focus, None if origin.whole else look.element))
    through = origin.narrowed(look.focus, look.element)
    by = "" if origin.mode == "parts" else origin.mode
    return WhyPicture(replace(origin, through=through), ledger=lab.ledger(look.focus, look.element, Drill(through, by)))
