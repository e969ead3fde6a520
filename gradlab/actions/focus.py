"""Looking at a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import node
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _focus(lab: Lab, name: str) -> Outcome:
    """Look at a node."""
    return said("info", f"looking at {name}", look=lab.known.nodes[name])


ACTION = Action("focus", "NODE", "look at a node", node, _focus, part="aside")
