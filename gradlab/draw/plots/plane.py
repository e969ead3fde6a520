"""A number of the model over two of its inputs: a decision boundary. The model is run on a grid of points in one batch.

`over x[:, 0] -2..2, x[:, 1] -2..2` names two features of one input and how far each goes; without numbers as far as the data
and a little more. An input of two features needs no `over`. Other features stay at their mean, which is said. The model runs
in eval mode, with the parameters of now.

`points x by t` draws samples over it, each at its two features, with its label.

    plot plane y over x[:, 0] -2..2, x[:, 1] -2..2 points x by t
    plot plane argmax(logits, axis=1)
    plot plane h[:, 3] over x[:, 0] 4..8, x[:, 2] 1..7
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlab.draw.ink import Row, Run, row
from gradlab.draw.number import number, short
from gradlab.draw.plots._asking import numbers_of
from gradlab.draw.plots._glyphs import Floats, codes_of, halved, shaded, steps_of, top_of, written
from gradlab.draw.plots._grid import data_of, on_points
from gradlab.draw.plots._labels import labels_of
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._points import Axes2D, framing, inner_room, marked_points, stretch
from gradlab.draw.plots._reading import Along, along, commas, maybe, one, options, shape_of
from gradlab.errors import ActionError
from gradlab.graph.batching import ancestors
from gradlab.lab.arguments import Words
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.environment import Environment, name_of
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

BRACKETED = 24
"""Points up to which their labels stand in brackets."""
MOST = 400
"""Points that are drawn; of more every second, third … is."""
WIDEST = 240
"""Columns of the grid, and half of its rows, at most."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of an input: its place among those of a sample, and how far it goes, if that was said."""

    text: str
    node: str
    place: int
    stretch: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PlaneWanted:
    """What is to be drawn over which two features, and which points on it. over: None: the two that the input has."""

    expression: Expression
    over: tuple[Feature, Feature] | None
    points: Expression | None
    by: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class PlanePicture(Picture):
    """A grid. values: (rows, columns), the upper row first.   names: of both features.   x, y, labels: of the points."""

    values: Floats
    frame: Axes2D
    names: tuple[str, str]
    text: str
    x: Floats
    y: Floats
    labels: tuple[str, ...]

    @property
    def size(self) -> Place:
        """The points of the grid."""
        return self.values.shape[0], self.values.shape[1]

    def spot(self, place: Place) -> Spot:
        """Return a point of the grid."""
        down, across = (k / max(1, n - 1) for k, n in zip(place, self.size, strict=True))
        x = self.frame.x[0] + across * (self.frame.x[1] - self.frame.x[0])
        y = self.frame.y[1] - down * (self.frame.y[1] - self.frame.y[0])
        value = number(float(self.values[place]), 4)
        return Spot(f"{self.names[0]} = {number(x, 3)}, {self.names[1]} = {number(y, 3)}   {self.text} = {value}")


def read(words: Words) -> PlaneWanted:
    """Read `EXPR [over x[:, 0] -2..2, x[:, 1] -2..2] [points x by t]`. Raises ScenarioError."""
    head, given = options(words, "over", "points", "by")
    expression = one(head)
    over = maybe(given, "over", _two)
    if "by" in given and "points" not in given:
        words.refuse("`by` labels points", given["by"].span, "write `points x by t`")
    return PlaneWanted(expression, over, maybe(given, "points", one), maybe(given, "by", one))


def _two(words: Words) -> tuple[Feature, Feature]:
    """Read two features of one input. Raises ScenarioError."""
    parts = commas(words)
    if len(parts) != 2:
        words.refuse(f"a plane lies over two features, got {len(parts)}", words.span, "`over x[:, 0] -2..2, x[:, 1] -2..2`")
    first, second = (_feature(part, along(part)) for part in parts)
    if first.node != second.node:
        words.refuse(f"both features are of one input, got `{first.node}` and `{second.node}`", words.span)
    if first.place == second.place:
        words.refuse(f"`{first.text}` and `{second.text}` are the same feature", words.span)
    return first, second


def _feature(words: Words, read_: Along) -> Feature:
    """Return which feature an expression such as `x[:, 0]` is. Raises ScenarioError."""
    tree, known = read_.expression.tree, words.known
    name = name_of(tree.value) if isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Name) else ""
    if known is None:
        return Feature(read_.expression.text, name, 0, read_.stretch)
    if name not in known.nodes:
        words.refuse(f"`{read_.expression.text}` is no feature of an input", words.span, "for example `x[:, 0]`")
    shape = known.shapes[known.nodes[name]]
    places = _places(read_.expression, shape, shape_of(words, read_.expression))
    if places is None:
        words.refuse(
            f"`{read_.expression.text}` is not one number a sample", words.span, f"`{name}[:, 0]` is: {name} is {shape}"
        )
    return Feature(read_.expression.text, name, places, read_.stretch)


def _places(wanted: Expression, shape: tuple[int, ...], taken: tuple[int, ...] | None) -> int | None:
    """Return the place of a feature among those of a sample; None where it is not the same number of every sample."""
    tree = wanted.tree
    if len(shape) < 2 or taken != shape[:1] or not isinstance(tree, ast.Subscript):
        return None
    if any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(tree.slice)):
        return None
    whole = np.broadcast_to(np.arange(prod(shape[1:])).reshape(shape[1:]), shape)
    found = wanted.pick(whole, tree.slice, cast("Environment", None))
    return int(found[0]) if found.shape == shape[:1] and (found == found[0]).all() else None


def ask(lab: Lab, wanted: PlaneWanted, paper: Paper) -> PlanePicture:
    """Return the grid. Raises ActionError, HiddenError."""
    source = _source(lab, wanted)
    wide, high = inner_room(min(paper.width, WIDEST), min(paper.height, WIDEST))
    rows_ = 2 * high if paper.ink == "colour" else high
    data = data_of(lab, wanted.expression, source, wide * rows_).reshape(
        -1, *lab.graph.nodes[lab.known.nodes[source]].shape[1:]
    )
    flat = data.reshape(len(data), -1)
    features = wanted.over or _both(source, flat.shape[1])
    x, y = (one.stretch or stretch(flat[:, one.place]) for one in features)
    frame = Axes2D(x, y)
    held = flat.mean(axis=0)
    points = np.tile(held, (wide * rows_, 1))
    points[:, features[0].place] = np.tile(np.linspace(*x, wide), rows_)
    points[:, features[1].place] = np.repeat(np.linspace(y[1], y[0], rows_), wide)
    values = on_points(lab, wanted.expression, source, points.reshape(-1, *data.shape[1:])).reshape(rows_, wide)
    others = [k for k in range(flat.shape[1]) if k not in (features[0].place, features[1].place)]
    notes = _held(source, held, others)
    names = features[0].text, features[1].text
    title = f"{wanted.expression.text} over {names[0]} and {names[1]}, {wide} x {rows_} points"
    xs, ys, labels, said = _samples(lab, wanted, features)
    return PlanePicture(title, (*notes, *said), values, frame, names, wanted.expression.text, xs, ys, labels)


def _source(lab: Lab, wanted: PlaneWanted) -> str:
    """Return the input whose features are moved. Raises ActionError."""
    reads = [lab.known.nodes[one.name] for one in wanted.expression.operands(lab.known) if one.name in lab.known.nodes]
    inputs = [
        k for k in ancestors(lab.graph, reads) if lab.graph.nodes[k].op.role == "input" and len(lab.graph.nodes[k].shape) > 1
    ]
    names = [lab.graph.nodes[k].name for k in inputs]
    if wanted.over is not None:
        node = lab.graph.nodes[lab.known.nodes[wanted.over[0].node]]
        if node.index not in inputs:
            leads = (
                "is no input: over parameters it is `plot surface`" if node.op.role == "parameter" else "does not lead to it"
            )
            raise ActionError(f"`{wanted.over[0].node}` {leads}; `{wanted.expression.text}` depends on {_listed(names)}")
        return wanted.over[0].node
    if len(names) != 1:
        raise ActionError(f"`{wanted.expression.text}` depends on {_listed(names)}: say which two features, {EXAMPLE}")
    return names[0]


EXAMPLE = "`over x[:, 0] -2..2, x[:, 1] -2..2`"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "no input with features"


def _both(source: str, count: int) -> tuple[Feature, Feature]:
    """Return the two features of an input that has two. Raises ActionError for more."""
    if count != 2:
        of = f"`over {source}[:, 0], {source}[:, 1]`" if count > 1 else "it needs two"
        raise ActionError(f"`{source}` has {count} feature{'s' * (count != 1)}: say which two, {of}")
    return Feature(f"{source}[:, 0]", source, 0, None), Feature(f"{source}[:, 1]", source, 1, None)


def _held(source: str, held: Floats, others: Sequence[int]) -> tuple[str, ...]:
    """Return where the other features stay."""
    if not others:
        return ()
    shown = ", ".join(f"{source}[:, {k}] = {short(float(held[k]))}" for k in others[:4])
    more = f" and {len(others) - 4} more" if len(others) > 4 else ""
    return (f"held at the mean of the data: {shown}{more}",)


def _samples(
    lab: Lab, wanted: PlaneWanted, features: tuple[Feature, Feature]
) -> tuple[Floats, Floats, tuple[str, ...], tuple[str, ...]]:
    """Return the points that are drawn over the plane, their labels, and what is left out of them."""
    none = np.zeros(0)
    if wanted.points is None:
        return none, none, (), ()
    found = numbers_of(lab, wanted.points)
    flat = found.values.reshape(len(found.values), -1) if found.values.ndim > 1 else found.values.reshape(-1, 1)
    if max(one.place for one in features) >= flat.shape[1]:
        raise ActionError(f"`{wanted.points.text}` has shape {found.values.shape}, which has no two features of a sample")
    labels = ("●",) * len(flat) if wanted.by is None else labels_of(lab, wanted.by, len(flat))
    every = -(-len(flat) // MOST)
    notes = (f"one of {every:,} of {len(flat):,} samples is drawn",) if every > 1 else ()
    kept = flat[::every]
    return kept[:, features[0].place], kept[:, features[1].place], labels[::every], (*notes, *found.remarks)


def rows(plane: PlanePicture, paper: Paper) -> Sequence[Row]:
    """Return the grid as a map between its axes, the points over it, and the scale."""
    inner, high = inner_room(paper.width, paper.height - 1)
    signed = bool((plane.values < 0).any())
    lines = shaded_grid(plane.values, top_of(plane.values), paper, (inner, high), signed=signed)
    bracketed = len(plane.labels) <= BRACKETED and plane.labels[:1] != ("●",)
    lines = marked_points(lines, plane.frame.cells(plane.x, plane.y, inner, high), plane.labels, bracketed)
    if (at := paper.at(plane.size)) is not None:
        line, column = (round(k * (n - 1) / max(1, m - 1)) for k, n, m in zip(at, (high, inner), plane.size, strict=True))
        lines[line] = written(lines[line], column, "┼", "cursor")
    low, top = (
        short(float(edge(plane.values))) if np.isfinite(plane.values).any() else "NaN" for edge in (np.nanmin, np.nanmax)
    )
    scale = f"{plane.text} from {low} to {top}"
    return [*framing(lines, plane.frame, plane.names, inner), row((scale, "dim"))]


def shaded_grid(values: Floats, top: float, paper: Paper, room: tuple[int, int], *, signed: bool) -> list[list[Run]]:
    """Return a grid of numbers in so many columns and rows of cells: the nearest number of each."""
    inner, high = room
    lines = 2 * high if paper.ink == "colour" else high
    down = np.rint(np.linspace(0, values.shape[0] - 1, lines)).astype(int)
    across = np.rint(np.linspace(0, values.shape[1] - 1, inner)).astype(int)
    codes = codes_of(values[np.ix_(down, across)], top, steps_of(paper.ink, signed=signed))
    return halved(codes) if paper.ink == "colour" else shaded(codes, paper.ink, signed=signed)


def figure(plane: PlanePicture, axes: Any) -> None:
    """Draw the grid, and the points over it."""
    top = top_of(plane.values) or 1.0
    signed = bool((plane.values < 0).any())
    shown = axes.imshow(
        plane.values, extent=(*plane.frame.x, *plane.frame.y), aspect="auto", cmap="RdBu" if signed else "Blues",
        vmin=-top if signed else 0.0, vmax=top, interpolation="bilinear",
    )  # fmt: skip
    axes.figure.colorbar(shown, ax=axes)
    labels = np.array(plane.labels)
    for label in sorted(set(plane.labels)):
        axes.scatter(plane.x[labels == label], plane.y[labels == label], s=24, edgecolors="black", label=label)
    if len(set(plane.labels)) > 1:
        axes.legend()
    axes.set_xlabel(plane.names[0])
    axes.set_ylabel(plane.names[1])


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a plane for an output of a model that has one input of two features."""
    if node.is_leaf or node.phase != "f" or not node.shape or (len(node.shape) > 1 and node.shape[1:] != (1,)):
        return None
    inputs = [one for one in nodes if one.role == "input" and len(one.shape) == 2 and one.shape[0] == node.shape[0]]
    if [one.shape[1] for one in inputs[:1]] != [2]:
        return None
    target = next((one for one in nodes if one.role == "input" and one.name == "t" and one.shape[:1] == node.shape[:1]), None)
    return 0, f"plane {node.name} points {inputs[0].name}" + (f" by {target.name}" if target is not None else "")


PLOT = plot_kind(
    ask, "EXPR [over x[:, 0] -2..2, x[:, 1] -2..2] [points x by t]", "a number of the model over two features of its input",
    example="plane y over x[:, 0] -2..2, x[:, 1] -2..2", read=read, rows=rows, figure=figure, fits=fits,
)  # fmt: skip
