"""Which share of a gradient came by which line of an unfolded module: `skip 82 %` beside the line, or on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Self

from gradlab.draw.canvas import Canvas
from gradlab.draw.ink import Row
from gradlab.draw.scene import Scene
from gradlab.lab.hidden import is_unseen

HIGHEST = 4
"""Rows above a box in which there may be room for a label."""


@dataclass(frozen=True, slots=True)
class EdgeShare:
    """A way on which a part of the gradient came. kind: "skip" or "branch".   readers: nodes.   share: 1 is all of it."""

    kind: str
    readers: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True)
class ShareLabel:
    """A text beside a line. x, y: the cell of the canvas where it begins."""

    x: int
    y: int
    text: str


def forks(scene: Scene) -> list[int]:
    """Return the nodes that several boxes read, of which one at least stands in an unfolded module."""
    readers: dict[int, list[int]] = {}
    for box, nets in enumerate(scene.canvas.inputs):
        for net in dict.fromkeys(nets):
            readers.setdefault(net, []).append(box)
    framed = {at for at, box in enumerate(scene.boxes) if box.frame}
    found = [
        net for net, boxes in readers.items()
        if len([box for box in boxes if box not in framed]) > 1 and any(scene.boxes[box].inside in framed for box in boxes)
    ]  # fmt: skip
    return [scene.speaker[net] for net in found]


def share_labels(scene: Scene, ways: Mapping[int, Sequence[EdgeShare]]) -> list[ShareLabel]:
    """Return the labels for which there is room. ways: of a node, those on which its gradient came."""
    found: list[ShareLabel] = []
    for node, shares in ways.items():
        box = scene.box_of.get(node, -1)
        net = scene.canvas.nets[box] if box >= 0 else -1
        for one in shares:
            if not one.kind or is_unseen(one.share) or not isfinite(one.share):
                continue
            at = next((scene.box_of[reader] for reader in one.readers if reader in scene.box_of), -1)
            label = next(_places(scene.canvas, at, net, f"{one.kind} {one.share:.0%}".replace("%", " %")), None)
            found += [] if label is None else [label]
    return found


def _places(canvas: Canvas, box: int, net: int, text: str) -> Iterator[ShareLabel]:
    """Yield where a text has room beside the line of a net that enters a box: left of it, else right, the lowest first."""
    if box < 0 or net not in canvas.inputs[box]:
        return
    column = canvas.layout.arrivals[box][canvas.inputs[box].index(net)]
    top = int(canvas.layout.y[box])
    for y in range(top - 1, max(-1, top - 1 - HIGHEST), -1):
        if _text(canvas, y, column, column + 1) in (" ", "#", ""):
            break
        for x in (column - len(text) - 1, column + 2):
            if x >= 0 and not _text(canvas, y, x, x + len(text)).strip():
                yield ShareLabel(x, y, text)
    yield from _on_the_line(canvas, net, (column, top), text)


def _on_the_line(canvas: Canvas, net: int, entry: tuple[int, int], text: str) -> Iterator[ShareLabel]:
    """Yield where a text has room on a level part of the line that leads to the place where it enters a box."""
    column, top = entry
    segments = canvas.layout.segments
    for _, x0, y0, x1, y1 in segments[segments[:, 0] == net].tolist():
        if y0 == y1 and top - HIGHEST <= y0 < top and column in (x0, x1) and x1 - x0 >= len(text) + 5:
            x = x1 - len(text) - 3 if column == x1 else x0 + 2
            if set(_text(canvas, y0, x, x + len(text) + 2)) == {"─"}:
                yield ShareLabel(x, y0, f" {text} ")


def _text(canvas: Canvas, y: int, x0: int, x1: int) -> str:
    """Return what stands in some cells of a row, `#` for boxes."""
    start, runs = canvas.row(y, x0, x1, lambda box: _Solid(int(canvas.layout.width[box])))
    whole = "".join(part for part, _ in runs).ljust(max(0, x1 - start))
    return whole[x0 - start : x1 - start]


class _Solid(tuple[Row, ...]):
    """The rows of a box of which only the place counts."""

    width: int

    def __new__(cls, width: int) -> Self:
        made = super().__new__(cls)
        made.width = width
        return made

    def __getitem__(self, place: object) -> Row:  # type: ignore[override]
        return (("#" * self.width, ""),)
