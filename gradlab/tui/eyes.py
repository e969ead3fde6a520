"""What is looked at, and where an action leads the eyes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradlab.axis.position import Position
from gradlab.draw.names import NodeNames
from gradlab.lab.outcome import Outcome
from gradlab.lab.snapshot import Snapshot
from gradlab.tui.moment import Element, Request

if TYPE_CHECKING:
    from gradlab.lab.snapshot import NodeInfo

STEPS = re.compile(r"(step|back)( \d+)?( ops?| layers?)?|.+ to .+")
"""Actions that go from op to op, or to a node: what is looked at goes with them. After others it stays where it was."""


@dataclass(slots=True)
class Eyes:
    """What is looked at; replaced by the lab thread only, by tasks in the order of the keys."""

    focus: int = -1
    element: Element = 0
    requests: Mapping[str, Request] = field(default_factory=dict)


def followed(focus: int, action: str, moved: tuple[Snapshot, Snapshot], outcome: Outcome, nodes: Sequence[NodeInfo]) -> int:
    """Return the node that an action points at, the op of a step, or the place of a stop; else the one that was looked at.

    moved: what was before the action, and after it.
    """
    before, after = moved
    event = outcome.event
    if outcome.look is not None:
        return outcome.look
    if event is not None and event.kind == "stop" and event.node >= 0:
        return event.node
    if after.position == before.position:
        return focus
    if after.position == Position(after.position.update):  # a new update begins, in the forward graph
        return focus if focus >= 0 and nodes[focus].phase == "f" else after.following
    return after.current if STEPS.fullmatch(action) and after.current >= 0 else focus


def told_of(prose: str, nodes: Sequence[NodeInfo]) -> tuple[int, int] | None:
    """Return the node, and its element, that the first note of an imported model names: what is wrong with it; else None."""
    note = next((line for line in prose.splitlines() if line.startswith("- ")), "")
    if not any(node.origin for node in nodes) or (goal := NodeNames(nodes).first(note)) is None:
        return None
    return goal.node, max(0, goal.element)


def found_again(focus: int, before: Sequence[NodeInfo], nodes: Sequence[NodeInfo]) -> int:
    """Return the node of another model that has the name of one that was looked at, or -1."""
    name = before[focus].name if 0 <= focus < len(before) else ""
    return next((node.index for node in nodes if node.name == name), -1)
