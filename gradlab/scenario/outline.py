"""What a scenario holds, as far as reading it tells: nothing is run, and no array of its model is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gradlab.errors import Problem, ScenarioError
from gradlab.graph.graph import Graph, Node
from gradlab.graph.threads import one_thread
from gradlab.op import Shape
from gradlab.scenario.markdown import Document, read_file
from gradlab.scenario.script import statements

LONGEST_LEAD = 2_000
ASKS = ("quiz", "bet", "why")
"""The words that ask something."""


@dataclass(frozen=True, slots=True)
class OutlinedNode:
    """A node of the model. label: its name, or its op where it has none of its own.   inputs: places among the nodes."""

    label: str
    layer: str
    shape: Shape
    inputs: tuple[int, ...]
    parameters: int = 0


@dataclass(frozen=True, slots=True)
class ScenarioOutline:
    """What a scenario holds. problem: what is wrong with it, or "".

    lead: its first prose, as Markdown.   nodes: those of the model, without its updates; ops: how many are made of others.
    parameters: numbers that it learns.   lines, quizzes: statements of its script, and the questions among them.
    """

    title: str
    source: str = ""
    lead: str = ""
    nodes: tuple[OutlinedNode, ...] = ()
    ops: int = 0
    parameters: int = 0
    lines: int = 0
    quizzes: int = 0
    problem: str = ""


def outline(path: Path) -> ScenarioOutline:
    """Return what a file holds; of one that is broken, as much as could be read."""
    document, problems = read_file(path)
    if document is None:
        return ScenarioOutline(path.stem, problem=_told(problems, path))
    script = statements(document)
    quizzes = sum(statement.word in ASKS for statement in script)
    found = ScenarioOutline(document.head.title, document.head.source, _lead(document), lines=len(script), quizzes=quizzes)
    if not problems:
        from gradlab.scenario.language import attempt  # not before the first frame

        one_thread()  # data that are kept for the laboratory are made here
        sizes_alone = replace(document, head=replace(document.head, run="never"))
        model, problems = attempt(sizes_alone)
        if model is not None:
            nodes = tuple(_outlined(model.graph))
            learned = sum(node.parameters for node in nodes)
            return replace(found, nodes=nodes, ops=sum(bool(node.inputs) for node in nodes), parameters=learned)
    return replace(found, problem=_told(problems, path))


def _told(problems: list[Problem], path: Path) -> str:
    """Return what is wrong, with the name of the file alone: whoever looks at it knows where it is."""
    return str(ScenarioError(problems)).replace(str(path), path.name)


def _lead(document: Document) -> str:
    """Return the first prose behind the heading."""
    for block in document.blocks:
        if block.kind == "prose":
            lines = [line for line in block.text.split("\n") if not line.startswith("# ")]
            if text := "\n".join(lines).strip():
                return text[:LONGEST_LEAD]
    return ""


def _outlined(graph: Graph) -> Iterator[OutlinedNode]:
    place: dict[int, int] = {}
    for node in graph.nodes:
        if node.phase == "u":
            continue
        place[node.index] = len(place)
        inputs = tuple(place[index] for index in node.inputs if index in place)
        learned = node.size if node.op.role == "parameter" else 0
        yield OutlinedNode(_label(node), node.place, node.shape, inputs, learned)


def _label(node: Node) -> str:
    named = not any(part.startswith("_") for part in node.name.split("."))
    return node.name if named else node.op.name
