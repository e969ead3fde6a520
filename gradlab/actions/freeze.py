"""Parameters that stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import listed
from gradlab.lab import phases
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _freeze(lab: Lab, wanted: phases.FrozenChoice) -> Outcome:
    """Freeze, from the next phase u on."""
    names = phases.freeze(lab, wanted, lab.statement_text)
    return said("value", f"{lab.position}  frozen: {listed(names)}")


ACTION = Action(
    "freeze", "PATTERN [but running]",
    "let no update change parameters, by a pattern or the name of a layer, from the next update phase on; with them stay the"
    " state that the optimizer keeps for them and the statistics that run along; gradients are still computed",
    phases.chosen, _freeze, moves=True, edits=True,
)  # fmt: skip
