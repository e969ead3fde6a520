"""What can be found by its name: nodes, layers, lines of the program they come from and of the lesson, what was said, marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal
from gradlab.lab.snapshot import NodeInfo
from gradlab.tui.moment import Look, Moment

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Find:
    """One thing with a name, and where it leads. group: what it is."""

    group: str
    name: str
    detail: str
    goal: Goal


@dataclass(frozen=True, slots=True)
class LabFinds:
    """What only the laboratory knows: texts of the lesson, findings with their node, lines that were done with their places."""

    lesson: tuple[str, ...] = ()
    findings: tuple[tuple[str, int], ...] = ()
    done: tuple[tuple[str, str], ...] = ()


class GraphFinds:
    """What can be found of a graph: nodes, then layers and lines of a program. titles: the group and the name of each."""

    def __init__(self, nodes: Sequence[NodeInfo] = ()) -> None:
        self.nodes = nodes
        self._layers = [*_layers(nodes), *_lines(nodes)]
        self.titles = [*(("node", node.name) for node in nodes), *(("layer", one.name) for one in self._layers)]

    def __getitem__(self, place: int) -> Find:
        count = len(self.nodes)
        return node_find(self.nodes[place]) if place < count else self._layers[place - count]


class Finds:
    """All that can be found: what there is of the graph comes first. titles: the group and the name of each."""

    def __init__(self, graph: GraphFinds, moment: Moment, found: LabFinds) -> None:
        self._graph, self._others = graph, list(_others(moment, found))
        self.titles = [*graph.titles, *((one.group, one.name) for one in self._others)]

    def __getitem__(self, place: int) -> Find:
        count = len(self._graph.titles)
        return self._graph[place] if place < count else self._others[place - count]


def node_find(node: NodeInfo) -> Find:
    """Return a node."""
    size = " x ".join(map(str, node.shape)) or "scalar"
    return Find("node", node.name, f"{size}  {node.title}", Goal(node.index))


def _layers(nodes: Sequence[NodeInfo]) -> Iterator[Find]:
    """Return the layers, each with its last node of the model."""
    counts: dict[str, int] = {}
    last: dict[str, int] = {}
    for node in nodes:
        if node.layer and node.phase == "f":
            counts[node.layer] = counts.get(node.layer, 0) + 1
            last[node.layer] = node.index
    for name, count in counts.items():
        yield Find("layer", name, f"{count} node{'s' * (count != 1)}", Goal(last[name]))


def _lines(nodes: Sequence[NodeInfo]) -> Iterator[Find]:
    """Return the lines of the program that a model was imported from, each with the last node that it made."""
    made: dict[str, list[NodeInfo]] = {}
    for node in nodes:
        if node.origin and not node.is_leaf:
            made.setdefault(node.origin, []).append(node)
    for line, those in made.items():
        more = f" and {len(those) - 1} more" if len(those) > 1 else ""
        yield Find("line", line, f"{those[-1].name}{more}", Goal(those[-1].index))


def _others(moment: Moment, found: LabFinds) -> Iterator[Find]:
    yield from (Find("mark", name, str(at), Goal(line=f"goto {name}")) for name, at in moment.snapshot.marks)
    for text, node in found.findings:
        yield Find("finding", text, "", Goal(node) if node >= 0 else Goal(line="show findings"))
    yield from (Find("lesson", text, "", Goal(line="show lesson")) for text in found.lesson)
    yield from (Find("output", text, at, Goal(line=f"goto {at}")) for text, at in found.done)


def ask(lab: Lab, look: Look) -> LabFinds:
    """Ask for what only the laboratory knows."""
    texts = [line.strip() for piece in lab.lesson().pieces for line in piece.text.splitlines() if line.strip()]
    findings = tuple((str(getattr(one, "text", one)), int(getattr(one, "node", -1))) for one in lab.findings())
    done = tuple((one.text, str(one.end)) for one in lab.diary.past if one.text)
    return LabFinds(tuple(dict.fromkeys(texts)), findings, tuple(dict.fromkeys(done)))
