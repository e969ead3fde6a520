"""What is shown to a room: the number of the moment, how it came about, and the sentence that the lesson says now."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from gradlab.lab.snapshot import Snapshot

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Presented:
    """A moment for a room.

    terms: the number and what it is made of, each with the sign before it and what it is; NaN where there is none yet.
    prose: the page of the lesson, as Markdown.   cursor, total: how far its script is.
    """

    terms: tuple[tuple[str, float, str], ...] = ()
    prose: str = ""
    cursor: int = 0
    total: int = 0


def presented(lab: Lab, snapshot: Snapshot, focus: int) -> Presented:
    """Return what a room should see of a moment. focus: the node that is looked at.

    Of the backward pass that is what the last op sent to the input that is looked at, or else to its first; of the forward
    pass what it gave; where an update has ended, its loss.
    """
    lesson = lab.lesson()
    read = [piece.text for piece in lesson.pieces if piece.kind == "prose"]
    index = snapshot.current if snapshot.current >= 0 else focus
    if index >= 0 and lab.nodes[index].phase == "u" and snapshot.position.phase == "f":
        root = lab.run.root_of(max(0, snapshot.position.update - 1))
        index = focus if root is None else root
    terms = _sent(lab, index, focus) if snapshot.position.phase == "b" and snapshot.current >= 0 else ()
    return Presented(terms or _number(lab, index), read[-1] if read else "", lesson.cursor, lesson.total)


def _sent(lab: Lab, index: int, focus: int) -> tuple[tuple[str, float, str], ...]:
    """Return the gradient that an op has sent to an input of it, as upstream × local; empty where it is no single number."""
    node = lab.nodes[index]
    targets = [one for one in node.inputs if lab.nodes[one].shape == ()]
    for target in sorted(targets, key=lambda one: one != focus):
        for row in lab.explain(lab.nodes[target].name).rows:
            if row.consumer == index and not isnan(row.upstream):
                name = lab.nodes[target].name
                return (("", row.part, f"δ {name}"), ("=", row.upstream, f"δ {node.name}"), ("×", row.local, "slope"))
    return ()


def _number(lab: Lab, index: int) -> tuple[tuple[str, float, str], ...]:
    """Return the value of a node, or its RMS."""
    if index < 0:
        return ()
    node = lab.nodes[index]
    return (("", lab.brief([index])[0].value, node.name if node.shape == () else f"rms {node.name}"),)
