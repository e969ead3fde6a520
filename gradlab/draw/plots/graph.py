"""A square table of numbers as a graph: the adjacency of a GCN, the weights of a Hopfield network, a Markov chain.

Nodes lie on a circle, counted from 0 at the right. A line is drawn between two nodes where a number other than 0 stands, to and
from; of many the largest are drawn, which is said. Lines above 0 are whole, those below 0 broken. What stands on the diagonal
goes from a node to itself: it is counted, not drawn.

    plot graph adjacency
    plot graph W
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gradlab.draw.ink import Row, Run, row
from gradlab.draw.number import short
from gradlab.draw.plots._asking import Plotted, numbers_of
from gradlab.draw.plots._dots import BLANK, joined
from gradlab.draw.plots._glyphs import Floats, top_of, written
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._points import Axes2D
from gradlab.draw.plots._reading import one, shape_of
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

NODES = 80
"""Nodes that have room on the circle."""
LINES = 200
"""Lines that are drawn, at most."""
BROKEN = 3
"""Every third cell of a line below 0 is left out."""
FRAME = Axes2D((-1.15, 1.15), (-1.15, 1.15))


@dataclass(frozen=True, slots=True, eq=False)
class GraphPicture(Picture):
    """A graph. numbers: (n, n).   lines: pairs of nodes that have one, the largest first, as far as they are drawn."""

    numbers: Plotted
    lines: tuple[tuple[int, int], ...]

    @property
    def size(self) -> Place:
        """A row is where a line begins, a column where it ends."""
        return self.numbers.values.shape[0], self.numbers.values.shape[1]

    def spot(self, place: Place) -> Spot:
        """Return the number between two nodes."""
        found = self.numbers.spot(place[0] * self.size[1] + place[1])
        return Spot(f"from {place[0]} to {place[1]}   {found.text}", found.goal)


def read(words: Words) -> Expression:
    """Read `EXPR`: a square table. Raises ScenarioError."""
    found = one(words)
    shape = shape_of(words, found)
    if shape is not None and (problem := _misfit(found.text, shape)):
        words.refuse(problem[0], words.span, problem[1])
    return found


def _misfit(text: str, shape: tuple[int, ...]) -> tuple[str, str] | None:
    """Return what speaks against a shape, and what would fit."""
    if len(shape) != 2 or shape[0] != shape[1]:
        fit = "`plot matrix` draws any table" if len(shape) == 2 else "a square table, such as `adjacency`"
        return f"`{text}` has shape {shape}, a graph is a square table", fit
    if shape[0] > NODES:
        return (
            f"`{text}` has {shape[0]:,} nodes, {NODES} have room",
            f"take a part, `{text}[:{NODES}, :{NODES}]`, or `plot matrix`",
        )
    return None


def ask(lab: Lab, wanted: Expression, paper: Paper) -> GraphPicture:
    """Return the graph. Raises ActionError, HiddenError."""
    numbers = numbers_of(lab, wanted)
    if problem := _misfit(wanted.text, numbers.values.shape):
        raise ActionError(": ".join(problem))
    sizes = np.nan_to_num(np.abs(numbers.values), posinf=np.inf)
    both = np.triu(np.maximum(sizes, sizes.T), 1)
    there = np.argwhere(both > 0)
    order = np.argsort(-both[there[:, 0], there[:, 1]], kind="stable")[:LINES]
    lines = tuple((int(a), int(b)) for a, b in there[order])
    loops = int((np.diag(sizes) > 0).sum())
    notes = (
        *([f"the {len(lines):,} largest of {len(there):,} lines are drawn"] if len(lines) < len(there) else []),
        *([f"numbers of {loops:,} node{'s' * (loops != 1)} to itself are not drawn"] if loops else []),
        *([f"{numbers.secrets:,} are hidden: the open question asks for them"] if numbers.secrets else []),
        *numbers.remarks,
    )
    title = f"{wanted.text}, {len(sizes)} nodes, {len(there):,} line{'s' * (len(there) != 1)}"
    return GraphPicture(title, notes, numbers, lines)


def places(count: int) -> Floats:
    """Return where the nodes lie: (n, 2)."""
    angle = 2 * np.pi * np.arange(count) / max(1, count)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def rows(graph: GraphPicture, paper: Paper) -> Sequence[Row]:
    """Return the lines in dots, the numbers of the nodes over them, and the scale."""
    high = max(5, paper.height - 1)
    wide = min(paper.width, 4 * high)
    at = paper.at(graph.size)
    dots, signs, chosen = _dots(graph, wide, high, at)
    lines = [_line(dots[r], signs[r], chosen[r]) for r in range(high)]
    where = places(graph.size[0])
    columns, downs = FRAME.cells(where[:, 0], where[:, 1], wide, high)
    for k, (column, down) in enumerate(zip(columns.tolist(), downs.tolist(), strict=True)):
        text = str(k)
        role = "cursor" if at is not None and k in at else "strong"
        lines[down] = written(lines[down], max(0, min(column - len(text) // 2, wide - len(text))), text, role)
    top = short(top_of(graph.numbers.values))
    return [*map(tuple, lines), row((f"largest size {top}   whole: above 0   broken: below 0", "dim"))]


Bits = npt.NDArray[np.uint8]


def _dots(graph: GraphPicture, wide: int, high: int, at: Place | None) -> tuple[Bits, Floats, Bits]:
    """Return the dots of all lines, the sign of the last one in each cell, and whether that is the chosen one."""
    where, values = places(graph.size[0]), graph.numbers.values
    dots, signs, chosen = (np.zeros((high, wide), kind) for kind in (np.uint8, np.float64, np.uint8))
    gaps = np.add.outer(np.arange(high), np.arange(wide)) % BROKEN == 0
    for a, b in reversed(graph.lines):
        one_ = joined(FRAME, where[[a, b], 0], where[[a, b], 1], wide, high)
        value = values[a, b] if abs(np.nan_to_num(values[a, b])) > 0 else values[b, a]
        if value < 0:
            one_[gaps] = 0
        dots |= one_
        here = one_ > 0
        signs[here] = np.sign(value)
        chosen[here] = at is not None and {a, b} == set(at)
    return dots, signs, chosen


def _line(dots: Bits, signs: Floats, chosen: Bits) -> list[Run]:
    return [
        (chr(BLANK + bits) if bits else " ", "" if not bits else "title" if here else "positive" if sign > 0 else "negative")
        for bits, sign, here in zip(dots.tolist(), signs.tolist(), chosen.tolist(), strict=True)
    ]


def figure(graph: GraphPicture, axes: Any) -> None:
    """Draw nodes on a circle, and lines between them."""
    where, values = places(graph.size[0]), graph.numbers.values
    top = top_of(values) or 1.0
    for a, b in reversed(graph.lines):
        value = values[a, b] if abs(np.nan_to_num(values[a, b])) > 0 else values[b, a]
        look = {"color": "tab:blue" if value > 0 else "tab:orange", "linestyle": "-" if value > 0 else "--"}
        axes.plot(where[[a, b], 0], where[[a, b], 1], linewidth=0.3 + 2 * abs(value) / top, zorder=1, **look)
    axes.scatter(where[:, 0], where[:, 1], s=160, color="white", edgecolors="black", zorder=2)
    for k, (x, y) in enumerate(where):
        axes.annotate(str(k), (x, y), ha="center", va="center", fontsize=7, zorder=3)
    axes.set_aspect("equal")
    axes.set_axis_off()


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a graph for a square table that comes from outside."""
    square = len(node.shape) == 2 and node.shape[0] == node.shape[1] and 2 <= node.shape[0] <= NODES
    return (
        (2, f"graph {node.name}")
        if square and node.role in ("input", "constant")
        else (7, f"graph {node.name}")
        if square
        else None
    )


PLOT = plot_kind(
    ask,
    "EXPR",
    "a square table as a graph: nodes on a circle, lines for numbers",
    example="graph adjacency",
    read=read,
    rows=rows,
    figure=figure,
    fits=fits,
)
