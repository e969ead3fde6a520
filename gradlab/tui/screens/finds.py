"""What can be found by its name: nodes, layers, lines of the lesson, what was said, findings, marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal
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


def everything(moment: Moment, found: LabFinds) -> list[Find]:
    """Return all that can be found."""
    return [*nodes(moment, range(len(moment.nodes))), *_layers(moment), *_others(moment, found)]


def nodes(moment: Moment, indexes: Iterable[int]) -> Iterator[Find]:
    """Return some nodes."""
    for index in indexes:
        node = moment.nodes[index]
        size = " x ".join(map(str, node.shape)) or "scalar"
        yield Find("node", node.name, f"{size}  {node.title}", Goal(index))


def _layers(moment: Moment) -> Iterator[Find]:
    """Return the layers, each with its last node of the model."""
    last: dict[str, list[int]] = {}
    for node in moment.nodes:
        if node.layer and node.phase == "f":
            last.setdefault(node.layer, []).append(node.index)
    for name, members in last.items():
        yield Find("layer", name, f"{len(members)} node{'s' * (len(members) != 1)}", Goal(members[-1]))


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
