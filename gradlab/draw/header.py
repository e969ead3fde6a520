"""The row above all panels: the way from the laboratory to what is chosen, how it is looked at, and the position."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from gradlab.draw.ink import Goal, Row, Run, clip, fit, fit_end, link, row, width_of
from gradlab.draw.position import Counts, position_text, words
from gradlab.draw.table import element_text
from gradlab.lab.snapshot import NodeInfo, Snapshot

HALF, WHOLE = 100, 115
"""Columns from which on the whole way is shown, and from which on the position stands in words beside the mode."""
LEAST_TITLE, LEAST_NODE = 12, 16
_NEXT = re.compile(r"\.(?!\d)")

Crumb = tuple[str, Goal]
"""A step of the way and where it leads."""
LayerEnds = Mapping[tuple[str, str], int]
"""The last node of each layer in each phase, by the phase and the name of the layer."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody is. family: the folder of the scenario on the shelf, or "".   perspective: how it is looked at.

    changed: whether a person changed its layout.   node, element: what is chosen.   ends: see `layer_ends`.
    """

    title: str = ""
    family: str = ""
    perspective: str = ""
    changed: bool = False
    node: NodeInfo | None = None
    element: int = 0
    nodes: Sequence[NodeInfo] = ()
    ends: LayerEnds = field(default_factory=dict)


def layer_ends(nodes: Sequence[NodeInfo]) -> LayerEnds:
    """Return where the layers end; a layer has the nodes of the layers within it. Takes time for every node."""
    found: dict[tuple[str, str], int] = {(node.phase, node.layer): node.index for node in nodes}
    for (phase, layer), last in list(found.items()):
        while "." in layer:
            layer = layer.rpartition(".")[0]
            found[phase, layer] = max(last, found.get((phase, layer), -1))
    return found


def crumbs_of(place: Whereabouts) -> list[Crumb]:
    """Return the steps from the laboratory to what is chosen, the outermost first: layers, the node, its element."""
    steps: list[Crumb] = [("gradlab", Goal(command="quit"))]
    if place.family:
        steps.append((place.family, Goal(command="quit")))
    if place.title:
        steps.append((place.title, Goal(line="show graph")))
    return [*steps, *_inside(place)]


def _inside(place: Whereabouts) -> list[Crumb]:
    """Return the layers that a node is in, and the node."""
    node = place.node
    if node is None:
        return []
    steps: list[Crumb] = []
    scope = ""
    inner = node.name.removeprefix(f"{node.layer}.") if node.layer and node.name.startswith(f"{node.layer}.") else node.name
    for part in _NEXT.split(node.layer) if inner != node.name else ():
        scope = f"{scope}.{part}" if scope else part
        steps.append((part, Goal(node=place.ends.get((node.phase, scope), node.index))))
    chosen = f"[{element_text(node.shape, place.element)}]" if place.element and prod(node.shape) > 1 else ""
    steps += [(inner, Goal(node=node.index))]
    return [*steps[:-1], (f"{inner}{chosen}", Goal(node=node.index, element=place.element if chosen else -1))]


def one_up(place: Whereabouts) -> Goal | None:
    """Return where one step up leads; None at the top of the scenario. Of an element that is its node."""
    steps = _inside(place)
    if steps and steps[-1][1].element >= 0:
        return Goal(node=steps[-1][1].node)
    here = place.node.index if place.node is not None else -1
    return next((goal for _, goal in reversed(steps[:-1]) if goal.node != here), None)


def header_row(place: Whereabouts, snapshot: Snapshot, width: int) -> Row:
    """Return the row in `width` cells. The position is never cut; of the way, what is farther out goes first, but the title."""
    if not place.nodes:
        return clip(row((f" {place.title or 'gradlab'}", "title")), width)
    right = _right(place, snapshot, width)
    steps = crumbs_of(place)
    room = width - width_of(right) - 3
    least = LEAST_TITLE + LEAST_NODE
    outer = 1 + bool(place.family) if place.title else 0
    ways = [steps[i:] for i in ((0, outer) if width >= HALF else (outer,))]
    way = next((one for one in ways if _length(one) <= room), ways[-1])
    while len(way) > 2 and _length(way) > room and _length([("", way[0][1]), *way[1:-1], ("", way[-1][1])]) + least > room:
        way = [way[0], *way[2:]]
    left = _drawn(way, room)
    gap = width - width_of(left) - width_of(right)
    return clip((*left, (" " * max(1, gap), ""), *right), width)


def _length(way: Sequence[Crumb]) -> int:
    return width_of([(" ▸ ".join(text for text, _ in way), "")])


def _drawn(way: Sequence[Crumb], room: int) -> Row:
    """Return the steps; the longer of the title and the node is cut: the title at its end, the node in front."""
    sizes = [width_of([(text, "")]) for text, _ in way]
    beside = _length([("", way[0][1]), *way[1:-1]]) + 3  # the signs between them
    ends = {0: max(1, min(LEAST_TITLE, room - beside - LEAST_NODE)), len(way) - 1: max(1, min(LEAST_NODE, room - beside - 1))}
    for _ in range(max(0, _length(way) - room)):
        i = max(ends, key=lambda k: sizes[k] if sizes[k] > ends[k] else 0)
        sizes[i] -= sizes[i] > ends[i]
    runs: list[Run] = [(" ", "")]
    for i, (text, goal) in enumerate(way):
        runs += [(" ▸ ", "dim")] if i else []
        cut = (fit_end if i and i == len(way) - 1 else fit)(text, sizes[i])
        runs.append(link(cut, "title" if goal == Goal(line="show graph") else "dim" if goal.command else "", goal))
    return tuple(runs)


def _right(place: Whereabouts, snapshot: Snapshot, width: int) -> Row:
    position, counts = snapshot.position, snapshot.counts
    at = link(str(position), "here", Goal(prompt="goto "))
    other = "eval" if snapshot.mode == "train" else "train"
    mode = link(snapshot.mode, "dim", Goal(line=f"mode {other}"))
    if width < HALF:
        return (mode, ("   ", ""), at, (f"  {position_text(position, counts)} ", ""))
    name = place.perspective + ("*" if place.changed else "")
    facts: Row = (
        link(name, "dim", Goal(prompt="layout ")), (" · ", "dim"), mode, (" · ", "dim"),
        link(f"seed {snapshot.seed}", "dim", Goal(prompt="seed ")),
    )  # fmt: skip
    if width < WHOLE:
        return (*facts, ("        ", ""), at, (" ", ""))
    return (*facts, ("      ", ""), (words(position, counts), ""), ("      ", ""), at, (" ", ""))


__all__ = ["Counts", "Whereabouts", "crumbs_of", "header_row", "one_up"]
