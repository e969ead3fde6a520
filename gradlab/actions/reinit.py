"""Drawing parameters anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import listed, stale_part
from gradlab.lab import reinit
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _reinit(lab: Lab, wanted: reinit.Redraw) -> Outcome:
    """Draw anew, where the cursor stands."""
    names = reinit.apply(lab, wanted, lab.statement_text)
    drew = f"{wanted.rule} drew {listed(names)}" if wanted.rule else f"drew {listed(names)} by their own rules"
    return said("value", f"{lab.position}  {drew}{stale_part(lab)}")


ACTION = Action(
    "reinit", "NAME [SPEC]",
    "draw a parameter anew, or the weights of a layer, or of `all`: `reinit h0.W he`; without SPEC by the rule of the model",
    reinit.redraw,
    _reinit, moves=True, edits=True,
)  # fmt: skip
