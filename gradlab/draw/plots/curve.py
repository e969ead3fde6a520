"""Numbers through the updates, a line each: losses, accuracies on held-out data, norms, rates.

Each expression is one number; it is recorded at the end of each update from now on, as `curve EXPR` does, so the line grows
while a run trains. The loss is known from the first update on. `log` makes the axis of the numbers logarithmic, `against EXPR`
puts another number on the axis across in place of the update.

What is not finite leaves a gap; a logarithmic axis has no place for 0 and below, and says how many numbers it left out. Each
line has a letter, which stands at its end and, with its last number, above. Up to four lines have a colour of their own.

    plot curve loss log
    plot curve on("train", accuracy(y, t)), on("test", accuracy(y, t))
    plot curve norm(grad(h0.W)) log against loss
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.curve import Scale, room, scale
from gradlab.draw.ink import Goal, Row, row
from gradlab.draw.lines import plot_lines
from gradlab.draw.number import number
from gradlab.draw.plots._glyphs import written
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._reading import commas, flag, maybe, options, shape_of
from gradlab.lab import recorded
from gradlab.lab.arguments import Words
from gradlab.lab.hidden import UNSEEN, HiddenError
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST = 12
"""Lines in one picture."""
POINTS = 4000
"""Points of a line that are kept for a picture."""
LABEL = 11
"""Cells before the first of a line: its label and the axis."""
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class CurveLines:
    """What is to be drawn: numbers of one update each.   log: the axis of the numbers.   against: what lies across, or None."""

    expressions: tuple[Expression, ...]
    log: bool
    against: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class CurvePicture(Picture):
    """Lines. points: of each its name, and pairs of what lies across and the number.   updates: of each its updates."""

    points: tuple[tuple[str, Points], ...]
    updates: tuple[tuple[int, ...], ...]
    log: bool
    across: str

    @property
    def size(self) -> Place:
        """A row is a line, a column one of its points."""
        longest = max((len(points) for _, points in self.points), default=0)
        return (len(self.points) if longest else 0), longest

    def spot(self, place: Place) -> Spot:
        """Return a point; the update is where one can go."""
        (name, points), updates = self.points[place[0]], self.updates[place[0]]
        if not points:
            return Spot(f"{name} has no points yet")
        k = min(place[1], len(points) - 1)
        where = f" at {self.across} {number(points[k][0])}" if self.across != "update" else ""
        return Spot(f"{name} = {number(points[k][1])}{where}   update {updates[k]:,}", Goal(line=f"goto {updates[k]}"))


def read(words: Words) -> CurveLines:
    """Read `EXPR, EXPR … [log] [against EXPR]`. Raises ScenarioError."""
    head, given = options(words, "log", "against")
    parts = commas(head)
    if len(parts) > MOST:
        words.refuse(f"{len(parts)} lines are too many", parts[MOST].span, f"a picture has at most {MOST}")
    found = tuple(_number(part) for part in parts)
    return CurveLines(found, flag(given, "log"), maybe(given, "against", _number))


def _number(words: Words) -> Expression:
    """Read an expression that is one number of one update. Raises ScenarioError."""
    found = recorded.of_one_update(words)
    shape = shape_of(words, found)
    if shape and prod(shape) != 1:
        label = "take its `mean`, or an element"
        words.refuse(f"a line is one number an update, `{found.text}` has shape {shape}", words.span, label)
    return found


def records(wanted: CurveLines) -> Iterable[Expression]:
    """Return what has to be recorded."""
    return (*wanted.expressions, *(() if wanted.against is None else (wanted.against,)))


def ask(lab: Lab, wanted: CurveLines, paper: Paper) -> CurvePicture:
    """Return the lines as far as they go. Raises ActionError, HiddenError."""
    lines = [(one.text, _pairs(lab, one)) for one in wanted.expressions]
    notes: list[str] = []
    across = "update"
    if wanted.against is not None:
        across = wanted.against.text
        other = dict(_pairs(lab, wanted.against))
        drawn = [(name, [(other.get(u, UNSEEN), v, u) for u, v in pairs]) for name, pairs in lines]
    else:
        drawn = [(name, [(float(u), v, u) for u, v in pairs]) for name, pairs in lines]
    low = _no_logarithm([v for _, points in drawn for _, v, _ in points]) if wanted.log else []
    every = max((-(-len(points) // POINTS) for _, points in drawn), default=1)
    if every > 1:
        notes.append(f"one of {every:,} updates is drawn")
        drawn = [(name, points[::-every][::-1]) for name, points in drawn]
    notes += low
    title = ", ".join(name for name, _ in lines) + (f" against {across}" if wanted.against else "")
    points = tuple((name, tuple((x, y) for x, y, _ in line)) for name, line in drawn)
    return CurvePicture(
        f"{title}{', log axis' if wanted.log else ''}", tuple(notes), points,
        tuple(tuple(u for _, _, u in line) for _, line in drawn), wanted.log, across,
    )  # fmt: skip


def _no_logarithm(values: Sequence[float]) -> list[str]:
    """Return what a logarithmic axis leaves out."""
    low = sum(isfinite(value) and value <= 0 for value in values)
    if not low:
        return []
    if low == len(values):
        return ["nothing is drawn: no number is above 0, and others have no logarithm"]
    return [f"{low:,} number{'s' * (low != 1)} of 0 or below left out: they have no logarithm"]


def _pairs(lab: Lab, wanted: Expression) -> list[tuple[int, float]]:
    """Return the updates before the cursor with their numbers, `?` for what an open question hides."""
    seen = lab.seen_by_student()
    found = recorded.pairs(lab, lab.run, wanted)
    if seen.veil is None:
        return found
    series = lab.run.curves.find(wanted)
    if series is not None and not series.is_loss:
        try:
            seen.may_read(wanted)
        except HiddenError:
            return [(update, UNSEEN) for update, _ in found]
    return [(update, seen.veil.number(value)) for update, value in found]


def rows(curves: CurvePicture, paper: Paper) -> Sequence[Row]:
    """Return the legend, the lines and their axes."""
    known = [points for _, points in curves.points if points]
    if not known:
        return [row(("nothing is recorded yet: it grows with each update", "dim"))]
    if not any(isfinite(x) for points in known for x, _ in points):
        return [row((f"nothing of `{curves.across}` is known of the updates of these lines", "dim"))]
    height = max(6, paper.height)
    found = plot_lines(curves.points, max(30, paper.width), height, curves.log)
    return _with_cursor(found, curves, paper)


def _with_cursor(found: list[Row], curves: CurvePicture, paper: Paper) -> list[Row]:
    """Return the rows with a mark on the chosen point, if it lies on the axes."""
    at = paper.at(curves.size)
    if at is None or not curves.points[at[0]][1]:
        return found
    there = [points for _, points in curves.points if points]
    body = next(k for k, line in enumerate(found) if len(line) > 1 and line[1][0] in ("┤", "│"))
    inner, lines = room(max(30, paper.width) - len(there) - 1, len(found) - body)
    point = curves.points[at[0]][1][min(at[1], len(curves.points[at[0]][1]) - 1)]
    xs, ys = scale([x for line in there for x, _ in line], False), scale([y for line in there for _, y in line], curves.log)
    across, up = _share(xs, point[0]), _share(ys, point[1])
    if not (0 <= across <= 1 and 0 <= up <= 1):
        return found
    line = body + round((1 - up) * (lines - 1))
    found[line] = tuple(written(found[line], LABEL + round(across * (inner - 1)), "●", "cursor"))
    return found


def _share(axis: Scale, value: float) -> float:
    return float(axis.share(np.array([value]))[0])


def figure(curves: CurvePicture, axes: Any) -> None:
    """Draw a line each."""
    for name, points in curves.points:
        axes.plot([x for x, _ in points], [y for _, y in points], label=name)
    values = [y for _, points in curves.points for _, y in points]
    if curves.log and any(isfinite(value) and value > 0 for value in values):
        axes.set_yscale("log")
    axes.set_xlabel(curves.across)
    axes.set_ylabel(curves.points[0][0] if len(curves.points) == 1 else "value")
    if len(curves.points) > 1:
        axes.legend()


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a line for a number of a model that is trained."""
    if prod(node.shape) != 1 or node.phase != "f" or all(one.phase == "f" for one in nodes):
        return None
    element = f"[{', '.join('0' * len(node.shape))}]" if node.shape else ""
    return 1, f"curve {node.name}{element}"


PLOT = plot_kind(
    ask, "EXPR, EXPR … [log] [against EXPR]", "numbers through the updates, a line each; they are recorded from now on",
    example="curve loss, acc log", read=read, rows=rows, figure=figure, fits=fits, records=records,
)  # fmt: skip
