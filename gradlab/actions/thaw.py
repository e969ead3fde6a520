"""Parameters that move again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import listed
from gradlab.lab import phases
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _thaw(lab: Lab, wanted: phases.FrozenChoice) -> Outcome:
    """Take back a freeze, from the next phase u on."""
    names = phases.thaw(lab, wanted, lab.statement_text)
    return said("value", f"{lab.position}  thawed: {listed(names)}")


ACTION = Action(
    "thaw", "PATTERN [but running]", "let updates change frozen parameters again, from the next update phase on", phases.chosen,
    _thaw, moves=True, edits=True,
)  # fmt: skip
