"""Writing numbers over a value or a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import stale_part
from gradlab.lab import editing
from gradlab.lab.numbers import shown
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _set(lab: Lab, wanted: editing.Assignment) -> Outcome:
    """Edit, where the cursor stands."""
    editing.apply(lab, wanted, lab.statement_text)
    name = wanted.target.name
    index = lab.known.nodes[name]
    array = lab.run.machine.grad(index) if wanted.target.what == "grad" else lab.run.machine.value(index)
    what = f"grad({name})" if wanted.target.what == "grad" else name
    return said("value", f"{lab.position}  {what} is {shown(array)}{stale_part(lab)}")


ACTION = Action(
    "set", "NAME[i, j] = EXPR", "write numbers over a value or a gradient", editing.assignment, _set, moves=True, edits=True
)
