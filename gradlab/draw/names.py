"""Names of nodes and positions within a text: each leads to what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, Run, link

if TYPE_CHECKING:
    from gradlab.lab.snapshot import NodeInfo
    from gradlab.op import Shape

_WORD = re.compile(
    r"(?<![\w.])(?P<place>\d+\.[fbu]\.\d+)(?![\w.])"
    r"|(?P<of>\b(?:grad|delta)\()?(?P<name>[^\W\d]\w*(?:\.\w+)*)(?P<at>\[[\d, ]+\])?"
)


_PLACE = re.compile(r"`(?P<name>[^`\s]+)`(?: at \[(?P<at>[\d, ]+)\])?")


class NodeNames:
    """The nodes of a model by their names."""

    def __init__(self, nodes: Sequence[NodeInfo] = ()) -> None:
        self.nodes = nodes
        self._found = {node.name: node for node in nodes}

    def goal(self, name: str, place: str = "", what: str = "") -> Goal | None:
        """Return where a name leads; None where no node has it. place: of an element, as "3, 14"."""
        node = self._found.get(name)
        if node is None:
            return None
        element = element_at(node.shape, place) if place else -1
        return None if element is None else Goal(node.index, element, what)

    def first(self, text: str) -> Goal | None:
        """Return where the first node leads that a sentence names, with its element: "NaN in `h.y` at [3, 0]"."""
        goals = (self.goal(one["name"], one["at"] or "") for one in _PLACE.finditer(text))
        return next(filter(None, goals), None)

    def runs(self, text: str, role: str) -> list[Run]:
        """Return a text in which every name of a node, with its element if it has one, and every position is a link."""
        return [*self._runs(text, role)]

    def linked(self, line: Row, role: str) -> Row:
        """Return a row in which the names in stretches of a role are links."""
        return tuple(run for text, said in line for run in (self._runs(text, said) if said == role else ((text, said),)))

    def _runs(self, text: str, role: str) -> Iterator[Run]:
        done = 0
        for found in _WORD.finditer(text):
            goal = self._meant(found)
            if goal is not None:
                start = found.start("place") if found["place"] else found.start("name")
                stop = found.end() if found["place"] else found.end("at" if goal.element >= 0 else "name")
                if text[done:start]:
                    yield text[done:start], role
                yield link(text[start:stop], role, goal)
                done = stop
        if text[done:]:
            yield text[done:], role

    def _meant(self, found: re.Match[str]) -> Goal | None:
        if found["place"]:
            return Goal(line=f"goto {found['place']}")
        what = "delta" if found["of"] else ""
        at = (found["at"] or "").strip("[]")
        return self.goal(found["name"], at, what) or (self.goal(found["name"], "", what) if at else None)


def element_at(shape: Shape, place: str) -> int | None:
    """Return the flat number of the element at a place such as "3, 14"; None where a shape has no such place."""
    places = [int(part) for part in place.replace(" ", "").split(",") if part]
    if len(places) != len(shape) or any(not at < size for at, size in zip(places, shape, strict=True)):
        return None
    return sum(at * prod(shape[axis + 1 :]) for axis, at in enumerate(places))
