"""Running the forward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.lab import passes
from gradlab.lab.arguments import Words, node
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _to_node(words: Words) -> str | None:
    """Read `[to NODE]`."""
    head, tail = words.split("to")
    if head.text:
        words.refuse(f"unexpected `{head.text}`", head.span)
    return None if tail is None else node(tail)


def _forward(lab: Lab, stop: str | None) -> Outcome:
    """Run phase f: go on within it, begin it again from b, or open the next update from u."""
    passes.forward(lab, stop)
    return told(position_lines(lab))


ACTION = Action("forward", "[to NODE]", "run the forward pass, or go on with it", _to_node, _forward, moves=True)
