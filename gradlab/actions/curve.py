"""Recording an expression through the updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab import recorded
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _curve(lab: Lab, wanted: recorded.CurveWanted) -> Outcome:
    """Record from this update on."""
    since = recorded.start(lab, wanted)
    every = "each update" if wanted.every == 1 else f"every {wanted.every:,} updates"
    return said("info", f"{wanted.expression.text} is recorded, {every}, from {since} on", panel="plots")


ACTION = Action(
    "curve", "EXPR [every N]",
    "record an expression at the end of each update, as a line of the panel of plots; `history(EXPR)` gives the numbers",
    recorded.wanted, _curve, moves=True,
)  # fmt: skip
