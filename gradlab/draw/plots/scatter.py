"""Points of samples: codes of an autoencoder, embeddings, a map that organises itself.

A row is a sample, its first two numbers are where it lies; `axes 1 3` takes others. `by t` writes the first character of the
label of each sample there. Without labels points are dots. A single number a sample lies above the number of the sample.

    plot scatter code by t
    plot scatter h axes 2 5 by t
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.ink import Row, Run
from gradlab.draw.number import number
from gradlab.draw.plots._asking import Plotted, numbers_of
from gradlab.draw.plots._dots import dotted
from gradlab.draw.plots._glyphs import Floats, written
from gradlab.draw.plots._labels import labels_of
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._points import Axes2D, framing, inner_room, marked_points, stretch
from gradlab.draw.plots._reading import maybe, one, options, shape_of, two_axes
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.hidden import UNSEEN
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST = 5000
"""Points that are drawn; of more every second, third … is."""
CLASSES = 36
"""Different labels that are told apart, at most: a digit or a letter each."""


@dataclass(frozen=True, slots=True)
class ScatterWanted:
    """What is to be drawn: rows of numbers, which two of them, and the labels."""

    expression: Expression
    axes: tuple[int, int] | None
    by: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class ScatterPicture(Picture):
    """Points. numbers: (n, k).   x, y: where they lie.   samples: which they are.   names: of both axes.   column: upwards."""

    numbers: Plotted
    x: Floats
    y: Floats
    samples: tuple[int, ...]
    labels: tuple[str, ...]
    names: tuple[str, str]
    column: int

    @property
    def size(self) -> Place:
        """A column is a sample."""
        return 1, len(self.samples)

    def spot(self, place: Place) -> Spot:
        """Return a sample; it leads to its number that goes up."""
        k = place[1]
        label = f"   label {self.labels[k]}" if self.labels else ""
        goal = self.numbers.spot(k * self.numbers.values.shape[1] + self.column).goal
        hidden = self.numbers.hidden is not None and bool(self.numbers.hidden[k].any())
        x, y = (UNSEEN if hidden else float(one[k]) for one in (self.x, self.y))
        return Spot(f"sample {self.samples[k]}   {number(x, 4)}, {number(y, 4)}{label}", goal)


def read(words: Words) -> ScatterWanted:
    """Read `EXPR [by LABELS] [axes 0 1]`. Raises ScenarioError."""
    head, given = options(words, "by", "axes")
    expression = one(head)
    axes = maybe(given, "axes", two_axes)
    shape = shape_of(head, expression)
    if shape is not None and (problem := _misfit(expression.text, shape, axes)):
        words.refuse(problem[0], given["axes"].span if len(shape) == 2 and "axes" in given else head.span, problem[1])
    return ScatterWanted(expression, axes, maybe(given, "by", one))


def _misfit(text: str, shape: tuple[int, ...], axes: tuple[int, int] | None) -> tuple[str, str] | None:
    """Return what speaks against a shape, and what would fit."""
    if len(shape) not in (1, 2):
        return f"`{text}` has shape {shape}, points are rows of numbers", "samples x numbers, such as `code` or `h[:, 0]`"
    columns = shape[1] if len(shape) == 2 else 1
    if axes is not None and max(axes) >= columns:
        return f"`{text}` has {columns} numbers a row, counted from 0", f"allowed are 0 to {columns - 1}"
    return None


def ask(lab: Lab, wanted: ScatterWanted, paper: Paper) -> ScatterPicture:
    """Return the points. Raises ActionError, HiddenError."""
    numbers = numbers_of(lab, wanted.expression)
    if problem := _misfit(wanted.expression.text, numbers.values.shape, wanted.axes):
        raise ActionError(": ".join(problem))
    whole = numbers if numbers.values.ndim == 2 else numbers.shaped((-1, 1))
    count, columns = whole.values.shape
    labels = () if wanted.by is None else labels_of(lab, wanted.by, count)
    every = -(-count // MOST)
    kept = whole.at(slice(None, None, every))
    first, second = wanted.axes or (0, min(1, columns - 1))
    samples = tuple(range(0, count, every))
    x = kept.values[:, first] if columns > 1 else np.array(samples, np.float64)
    y = kept.values[:, second]
    text = wanted.expression.text
    names = (f"{text}[:, {first}]" if columns > 1 else "sample", f"{text}[:, {second}]" if columns > 1 else text)
    return ScatterPicture(
        numbers.written, _notes(kept, (x, y), (count, every), labels), kept, x, y, samples, labels[::every], names, second
    )


def _notes(kept: Plotted, points: tuple[Floats, Floats], count: tuple[int, int], labels: Sequence[str]) -> tuple[str, ...]:
    """Return what is left out."""
    many = len(set(labels))
    secrets = 0 if kept.hidden is None else int(kept.hidden.any(axis=1).sum())
    lost = int((~np.isfinite(points[0]) | ~np.isfinite(points[1])).sum()) - secrets
    return (
        *([f"one of {count[1]:,} of {count[0]:,} points is drawn"] if count[1] > 1 else []),
        *([f"{secrets:,} points are hidden: the open question asks for their numbers"] if secrets else []),
        *([f"{lost:,} points have no finite place"] if lost > 0 else []),
        *([f"{many} labels: only the first character of each is drawn"] if many > CLASSES else []),
        *kept.remarks,
    )


def frame_of(picture: ScatterPicture) -> Axes2D:
    """Return the axes with room for all points."""
    return Axes2D(stretch(picture.x), stretch(picture.y))


def rows(picture: ScatterPicture, paper: Paper) -> Sequence[Row]:
    """Return the points between their axes."""
    inner, high = inner_room(paper.width, paper.height)
    frame = frame_of(picture)
    if picture.labels:
        lines: list[list[Run]] = [[(" " * inner, "")] for _ in range(high)]
        lines = marked_points(lines, frame.cells(picture.x, picture.y, inner, high), picture.labels)
    else:
        lines = dotted(frame, picture.x, picture.y, inner, high)
    if (at := paper.at(picture.size)) is not None:
        column, line = (int(one[at[1]]) for one in frame.cells(picture.x, picture.y, inner, high))
        if column >= 0:
            lines[line] = written(lines[line], column, (picture.labels[at[1]] if picture.labels else "●")[:1], "cursor")
    return framing(lines, frame, picture.names, inner)


def figure(picture: ScatterPicture, axes: Any) -> None:
    """Draw the points, a colour a label."""
    labels = np.array(picture.labels or [""] * len(picture.samples))
    for label in sorted(set(labels.tolist())):
        here = labels == label
        axes.scatter(picture.x[here], picture.y[here], s=12, label=label or None)
    if 1 < len(set(labels.tolist())) <= CLASSES:
        axes.legend()
    axes.set_xlabel(picture.names[0])
    axes.set_ylabel(picture.names[1])


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return points for samples of two or three numbers; of more the first two are drawn."""
    if len(node.shape) != 2 or node.shape[1] < 2 or node.shape[0] < 3 or node.phase != "f":
        return None
    target = next((one for one in nodes if one.role == "input" and one.name == "t" and one.shape[:1] == node.shape[:1]), None)
    by = f" by {target.name}" if target is not None and len(target.shape) <= 2 else ""
    return (0 if node.shape[1] == 2 and not node.is_leaf else 1 if node.shape[1] == 2 else 6), f"scatter {node.name}{by}"


PLOT = plot_kind(
    ask,
    "EXPR [by LABELS] [axes 0 1]",
    "a point a sample, with its label",
    example="scatter h by t",
    read=read,
    rows=rows,
    figure=figure,
    fits=fits,
)
