"""Changing the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import stale_part
from gradlab.axis.journal import Reseed
from gradlab.lab.arguments import number
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _seed(lab: Lab, value: int) -> Outcome:
    """Change the seed, where the cursor stands."""
    lab.edit(Reseed(lab.position, f"seed {value}", value))
    return said("value", f"{lab.position}  seed {value}{stale_part(lab)}")


ACTION = Action("seed", "N", "draw all random leaves again with another seed", number, _seed, edits=True)
