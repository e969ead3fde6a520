"""A table of numbers as a map: weights, attention, covariances, distances.

Numbers stand in the cells while there is room for them, else each is a cell as in `plot image`. Rows and columns are counted
from 0 at the edges. More axes than two need an index: `plot matrix attention[0]`; one axis alone is a single row.

    plot matrix output.W
    plot matrix softmax(scores[0])
    plot matrix x.T @ x
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.heat import level, role
from gradlab.draw.ink import Linked, Row, row
from gradlab.draw.number import fixed, short
from gradlab.draw.plots._asking import Plotted, numbers_of
from gradlab.draw.plots._glyphs import codes_of, halved, marked, shaded, steps_of, top_of
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._reading import one, shape_of
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

CELL, LABEL = 9, 6
LARGEST = 1000
"""Rows, and columns, that are kept for a picture; of more every second, third … is."""


@dataclass(frozen=True, slots=True, eq=False)
class MatrixPicture(Picture):
    """A table. numbers: (rows, columns).   every: of how many rows and columns one is kept."""

    numbers: Plotted
    every: Place

    @property
    def size(self) -> Place:
        """Its rows and columns."""
        return self.numbers.values.shape[0], self.numbers.values.shape[1]

    def spot(self, place: Place) -> Spot:
        """Return a number."""
        return self.numbers.spot(place[0] * self.size[1] + place[1])


def read(words: Words) -> Expression:
    """Read `EXPR`. Raises ScenarioError."""
    found = one(words)
    shape = shape_of(words, found)
    if shape is not None and len(shape) > 2:
        words.refuse(f"`{found.text}` has shape {shape}, a table has two axes", words.span, _fitting(found.text, len(shape)))
    return found


def _fitting(text: str, axes: int) -> str:
    return f"take a part of it: `{text}[{', '.join('0' * (axes - 2))}]`"


def ask(lab: Lab, wanted: Expression, paper: Paper) -> MatrixPicture:
    """Return the table. Raises ActionError, HiddenError."""
    numbers = numbers_of(lab, wanted)
    if numbers.values.ndim > 2:
        raise ActionError(f"`{wanted.text}` has shape {numbers.values.shape}: {_fitting(wanted.text, numbers.values.ndim)}")
    title = numbers.written
    shaped = numbers.shaped((1, -1)) if numbers.values.ndim < 2 else numbers
    every = (ceil(shaped.values.shape[0] / LARGEST), ceil(shaped.values.shape[1] / LARGEST))
    notes = (f"one of {every[0]} x {every[1]} numbers is kept",) if max(every) > 1 else ()
    kept = shaped.at((slice(None, None, every[0]), slice(None, None, every[1])))
    return MatrixPicture(title, (*notes, *numbers.remarks), kept, every)


def rows(matrix: MatrixPicture, paper: Paper) -> Sequence[Row]:
    """Return the table with its numbers where they have room, else as a map."""
    down, across = matrix.size
    if LABEL + across * CELL <= paper.width and down + 1 <= paper.height:
        return _table(matrix, paper)
    return _map(matrix, paper)


def _table(matrix: MatrixPicture, paper: Paper) -> list[Row]:
    values, hidden = matrix.numbers.values, matrix.numbers.hidden
    top, at = top_of(values), paper.at(matrix.size)
    found = [row((" " * LABEL + "".join(f"{c * matrix.every[1]:>{CELL}}" for c in range(values.shape[1])), "dim"))]
    for r, line in enumerate(values):
        runs = [(f"{r * matrix.every[0]:>{LABEL - 1}} ", "dim")]
        for c, value in enumerate(line.tolist()):
            secret = hidden is not None and bool(hidden[r, c])
            text = HIDDEN.rjust(CELL) if secret else " " + fixed(value, CELL - 1)
            its = "cursor" if at == (r, c) else "key" if secret else role(level(value, top)) if np.isfinite(value) else "bad"
            runs.append((text, Linked(its, matrix.spot((r, c)).goal)))
        found.append(tuple(runs))
    return found


def _map(matrix: MatrixPicture, paper: Paper) -> list[Row]:
    """Return a cell for each number, or for one of some where there are too many."""
    values, hidden = matrix.numbers.values, matrix.numbers.hidden
    signed = bool((matrix.numbers.known < 0).any())
    per = 2 if paper.ink == "colour" else 1
    room = max(1, paper.width - LABEL)
    high, across = ceil(values.shape[0] / (per * max(1, paper.height - 2))), ceil(values.shape[1] / room)
    wide = 1 if paper.ink == "colour" or 2 * ceil(values.shape[1] / across) > room else 2
    step = (slice(None, None, high), slice(None, None, across))
    codes = codes_of(values[step], top_of(values), steps_of(paper.ink, signed=signed), None if hidden is None else hidden[step])
    lines = halved(codes) if paper.ink == "colour" else shaded(codes, paper.ink, wide, signed=signed)
    if (at := paper.at(matrix.size)) is not None:
        line, start = at[0] // high // per, at[1] // across * wide
        lines[line] = marked(lines[line], start, wide, "◂" if paper.ink == "colour" else "")
    labelled = [row((f"{per * high * matrix.every[0] * r:>{LABEL - 1}} ", "dim"), *line) for r, line in enumerate(lines)]
    left = f"   one of {high} x {across} numbers is drawn" if high * across > 1 else ""
    top = short(top_of(values))
    scale = row((f"{'':{LABEL}}scale {f'-{top} … +{top}' if signed else f'0 … {top}'}{left}", "dim"))
    return [_across(codes.shape[1], wide, across * matrix.every[1]), *labelled, scale]


def _across(count: int, wide: int, every: int) -> Row:
    """Return the numbers of some columns, as far apart as they need to be."""
    gap = max(1, ceil((len(str(count * every)) + 1) / wide))
    gap = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if n >= gap)
    return row((" " * LABEL + "".join(f"{c * every:<{gap * wide}}" for c in range(0, count, gap))[: count * wide + 4], "dim"))


def figure(matrix: MatrixPicture, axes: Any) -> None:
    """Draw the map."""
    values = matrix.numbers.values
    top = top_of(values) or 1.0
    signed = bool((matrix.numbers.known < 0).any())
    shown = axes.imshow(
        values, cmap="RdBu" if signed else "Blues", vmin=-top if signed else 0.0, vmax=top, aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    axes.figure.colorbar(shown, ax=axes)
    axes.locator_params(integer=True)


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a map for whatever has two axes, and for the first of several tables."""
    if len(node.shape) < 2:
        return None
    index = f"[{', '.join('0' * (len(node.shape) - 2))}]" if len(node.shape) > 2 else ""
    return 2, f"matrix {node.name}{index}"


PLOT = plot_kind(
    ask,
    "EXPR",
    "a table of numbers as a map",
    example="matrix h0.W",
    read=read,
    rows=rows,
    figure=figure,
    fits=fits,
)
