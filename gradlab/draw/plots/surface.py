"""A number of the model over two of its parameters: the loss as a landscape, and the way that training took through it.

`over W[0, 0] -2..2, b[1] -2..2` names two single numbers of parameters and how far each goes; all others stay as they are. The
model is run once for each point of a grid, on the present batch; the finer the cheaper it is, and the size is said.

Bands lie between equal shares of the values: half of all points are in the lower half of the bands. `path` draws where the two
numbers were after each update: they are recorded from now on. ○ is where that begins, ● where it is now.

    plot surface loss over w -1..3, b -2..2
    plot surface f over x -12..12, y -2..2 path
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.ink import Goal, Row, Run, row
from gradlab.draw.number import number, short
from gradlab.draw.plots._asking import numbers_of
from gradlab.draw.plots._beside import MachineEnvironment
from gradlab.draw.plots._dots import joined
from gradlab.draw.plots._glyphs import Floats, written
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._points import Axes2D, framing, inner_room
from gradlab.draw.plots._reading import Along, along, commas, flag, one, options, shape_of
from gradlab.draw.plots.plane import shaded_grid
from gradlab.errors import ActionError
from gradlab.lab import recorded
from gradlab.lab.arguments import Words
from gradlab.lab.hidden import HiddenError
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.graph.machine import Machine
    from gradlab.session import Lab

FINEST, COARSEST = 41, 9
"""Points of the grid in each direction."""
WORK = 40_000_000
"""Multiplications, with those of calling an op, that a picture may take."""
CALL = 3_000
"""What calling an op of a small model costs, in multiplications."""
BANDS = 8


@dataclass(frozen=True, slots=True)
class SurfaceWanted:
    """What is to be drawn over which two numbers of parameters.   path: whether the way of the training is drawn."""

    expression: Expression
    over: tuple[Along, Along]
    path: bool


@dataclass(frozen=True, slots=True, eq=False)
class SurfacePicture(Picture):
    """A grid. values: (rows, columns), the upper row first.   way: (updates, 2), to where it is now.   updates: theirs."""

    values: Floats
    frame: Axes2D
    names: tuple[str, str]
    text: str
    way: Floats
    updates: tuple[int, ...]

    @property
    def size(self) -> Place:
        """Points of the grid; with a path a column is one of its points."""
        return (1, len(self.way)) if len(self.way) > 1 else (self.values.shape[0], self.values.shape[1])

    def spot(self, place: Place) -> Spot:
        """Return a point of the grid, or of the path: that leads to its update."""
        if len(self.way) > 1:
            x, y = (float(value) for value in self.way[place[1]])
            update = self.updates[place[1]]
            where = f"{self.names[0]} = {number(x, 4)}, {self.names[1]} = {number(y, 4)}"
            return Spot(f"update {update:,}   {where}", Goal(line=f"goto {update}"))
        down, across = (k / max(1, n - 1) for k, n in zip(place, self.size, strict=True))
        x = self.frame.x[0] + across * (self.frame.x[1] - self.frame.x[0])
        y = self.frame.y[1] - down * (self.frame.y[1] - self.frame.y[0])
        value = number(float(self.values[place]), 4)
        return Spot(f"{self.names[0]} = {number(x, 3)}, {self.names[1]} = {number(y, 3)}   {self.text} = {value}")


def read(words: Words) -> SurfaceWanted:
    """Read `EXPR over A LOW..HIGH, B LOW..HIGH [path]`. Raises ScenarioError."""
    head, given = options(words, "over", "path")
    expression = one(head)
    if shape_of(head, expression) not in (None, (), (1,)):
        words.refuse(f"`{expression.text}` is not one number", head.span, "a surface is of a loss, or of another number")
    if "over" not in given:
        words.refuse("over which two numbers?", words.span, "`over W[0, 0] -2..2, b[0] -2..2`")
    parts = commas(given["over"])
    if len(parts) != 2:
        words.refuse(f"a surface lies over two numbers, got {len(parts)}", given["over"].span, "`over w -2..2, b -2..2`")
    found = (_one(parts[0]), _one(parts[1]))
    return SurfaceWanted(expression, found, flag(given, "path"))


def _one(words: Words) -> Along:
    """Read a single number of a parameter and its stretch. Raises ScenarioError."""
    found = along(words)
    shape = shape_of(words, found.expression)
    if shape not in (None, (), (1,)):
        words.refuse(
            f"`{found.expression.text}` has shape {shape}", words.span, f"take a single number, `{_first(found, shape)}`"
        )
    if found.stretch is None:
        words.refuse(f"how far does `{found.expression.text}` go?", words.span, f"`{found.expression.text} -2..2`")
    return found


def _first(found: Along, shape: tuple[int, ...] | None) -> str:
    return f"{found.expression.text}[{', '.join('0' for _ in shape or ())}]"


def records(wanted: SurfaceWanted) -> Iterable[Expression]:
    """Return the two numbers, if the path is to be drawn."""
    return tuple(one.expression for one in wanted.over) if wanted.path else ()


def ask(lab: Lab, wanted: SurfaceWanted, paper: Paper) -> SurfacePicture:
    """Return the grid and the path. Raises ActionError, HiddenError."""
    lab.need_run()
    lab.seen_by_student().may_read(wanted.expression)
    elements = tuple(_element(lab, one) for one in wanted.over)
    if elements[0] == elements[1]:
        raise ActionError("both numbers are the same one: a surface lies over two")
    (x, y) = (one.stretch or (0.0, 1.0) for one in wanted.over)
    values, past = _values(lab, wanted, elements, (x, y))
    way, updates = _way(lab, wanted, elements)
    names = wanted.over[0].expression.text, wanted.over[1].expression.text
    title = f"{wanted.expression.text} over {names[0]} and {names[1]}, {values.shape[1]} x {values.shape[0]} points"
    said = [] if wanted.path else [f"now at {number(float(way[-1][0]), 4)}, {number(float(way[-1][1]), 4)}"]
    said += ["the other parameters were those of before this run when it was drawn"] if past else []
    return SurfacePicture(title, tuple(said), values, Axes2D(x, y), names, wanted.expression.text, way, updates)


def _element(lab: Lab, over: Along) -> tuple[int, int]:
    """Return the parameter and the place of one of its numbers. Raises ActionError for what is none."""
    found = numbers_of(lab, over.expression)
    if found.node < 0 or found.what != "value" or found.values.size != 1:
        raise ActionError(f"`{over.expression.text}` is no single number of a parameter, such as `W[0, 1]`")
    node = lab.graph.nodes[found.node]
    if not node.is_leaf:
        raise ActionError(f"`{node.name}` is worked out from others; a surface lies over numbers of parameters")
    assert found.places is not None
    return node.index, int(found.places.reshape(-1)[0])


def _values(
    lab: Lab, wanted: SurfaceWanted, elements: Sequence[tuple[int, int]], ends: tuple[tuple[float, float], tuple[float, float]]
) -> tuple[Floats, bool]:
    """Return the grid, as it was worked out before while nothing else than the two numbers has changed.

    While a run goes on it is not worked out anew, which takes up to a second: then it is told that it is of before.
    """
    cost = lab.tape.flops + CALL * len(lab.tape.forward_order)
    count = min(FINEST, max(COARSEST, int((WORK / max(1, cost)) ** 0.5)))
    kept, key = lab.twins.known, f"surface {wanted.expression.text} {elements} {ends}"
    notes = list(lab.notes)
    machine = lab.twins.shadow()
    lab.notes[:] = notes  # that edits of values do not count here is said by `check`
    leaves = _fingerprint(lab, machine, elements)
    if key in kept and kept[key][0] != leaves and lab.progress is not None:
        return kept[key][1], True
    if key not in kept or kept[key][0] != leaves:
        kept[key] = (leaves, _grid(lab, wanted, machine, elements, ends, count))
    return kept[key][1], False


def _fingerprint(lab: Lab, machine: Machine, elements: Sequence[tuple[int, int]]) -> bytes:
    """Return what is the same while no leaf but the two numbers changes."""
    found = hashlib.blake2b(digest_size=16)
    for node in lab.graph.nodes:
        if node.is_leaf and node.phase == "f" and node.op.role not in ("clock", "gradient", "state"):
            value = np.array(machine.value(node.index))
            for index, place in elements:
                if index == node.index:
                    value.reshape(-1)[place] = 0.0
            found.update(value.tobytes())
    return found.digest()


def _grid(
    lab: Lab, wanted: SurfaceWanted, machine: Machine, elements: Sequence[tuple[int, int]],
    ends: tuple[tuple[float, float], tuple[float, float]], count: int,
) -> Floats:  # fmt: skip
    """Run the model once for each point."""
    seen = MachineEnvironment(lab, machine)
    shapes = [lab.graph.nodes[index].shape for index, _ in elements]
    places = [np.unravel_index(place, shape) for (_, place), shape in zip(elements, shapes, strict=True)]
    stop = len(machine.tape.forward_order)
    found = np.empty((count, count))
    for r, up in enumerate(np.linspace(ends[1][1], ends[1][0], count)):
        machine.write(elements[1][0], up, "value", places[1])
        for c, across in enumerate(np.linspace(*ends[0], count)):
            machine.write(elements[0][0], across, "value", places[0])
            machine.forward(0, stop)
            found[r, c] = float(np.asarray(wanted.expression.evaluate(seen)).reshape(-1)[0])
    return found


def _way(lab: Lab, wanted: SurfaceWanted, elements: Sequence[tuple[int, int]]) -> tuple[Floats, tuple[int, ...]]:
    """Return where the two numbers were in each update that is recorded, and where they are now. Raises HiddenError."""
    now = np.array([[float(lab.run.machine.value(index).reshape(-1)[place]) for index, place in elements]])
    seen = lab.seen_by_student()
    for one_ in wanted.over:
        seen.may_read(one_.expression)
    if seen.veil is not None and np.isnan(seen.veil.array(now)).any():
        raise HiddenError("the open question asks for one of these numbers: answer it, or `reveal`")
    if not wanted.path:
        return now, (lab.position.update,)
    lines = [dict(recorded.pairs(lab, lab.run, one.expression)) for one in wanted.over]
    updates = [update for update in lines[0] if update in lines[1]]
    before = np.array([[line[update] for line in lines] for update in updates]).reshape(-1, 2)
    if updates and updates[-1] == lab.position.update:
        return before, tuple(updates)
    return np.concatenate([before, now]), (*updates, lab.position.update)


def bands(values: Floats) -> Floats:
    """Return which of `BANDS` bands each number is in, from 0; each holds about as many numbers. NaN stays NaN."""
    finite = np.sort(values[np.isfinite(values)])
    if not finite.size:
        return np.full(values.shape, np.nan)
    edges = finite[(np.arange(1, BANDS) * finite.size) // BANDS]
    found = np.searchsorted(edges, values, side="right").astype(np.float64)
    return np.where(np.isfinite(values), found, np.nan)


def rows(surface: SurfacePicture, paper: Paper) -> Sequence[Row]:
    """Return the bands as shades between the axes, the way over them, and what the bands are."""
    inner, high = inner_room(paper.width, paper.height - 1)
    fine = smooth(surface.values, (2 * high if paper.ink == "colour" else high, inner))
    lines = shaded_grid(bands(fine), float(BANDS), paper, (inner, high), signed=False)
    lines = _with_way(surface, lines, paper, (inner, high))
    finite = surface.values[np.isfinite(surface.values)]
    scale = "no finite number"
    if finite.size:
        low, middle, top = (short(float(value)) for value in (finite.min(), np.median(finite), finite.max()))
        scale = f"{surface.text} from {low} (blank) to {top}, half of it below {middle}"
    return [*framing(lines, surface.frame, surface.names, inner), row((scale, "dim"))]


def smooth(values: Floats, size: tuple[int, int]) -> Floats:
    """Return a grid on more points or fewer, straight lines between the known ones."""
    down = np.linspace(0, values.shape[0] - 1, size[0])
    across = np.linspace(0, values.shape[1] - 1, size[1])
    r, c = np.minimum(down.astype(int), values.shape[0] - 2), np.minimum(across.astype(int), values.shape[1] - 2)
    v, u = (down - r)[:, None], (across - c)[None, :]
    with np.errstate(all="ignore"):
        upper = values[np.ix_(r, c)] * (1 - u) + values[np.ix_(r, c + 1)] * u
        lower = values[np.ix_(r + 1, c)] * (1 - u) + values[np.ix_(r + 1, c + 1)] * u
        found: Floats = upper * (1 - v) + lower * v
    return found


def _with_way(surface: SurfacePicture, lines: list[list[Run]], paper: Paper, room: tuple[int, int]) -> list[list[Run]]:
    """Return the grid with the way over it: dots for its lines, its beginning, where it is now, and the cursor."""
    inner, high = room
    xs, ys = surface.way[:, 0], surface.way[:, 1]
    if len(xs) > 1:
        dots = joined(surface.frame, xs, ys, inner, high)
        for r, c in np.argwhere(dots).tolist():
            lines[r] = written(lines[r], c, chr(0x2800 + int(dots[r, c])), "delta")
    columns, rows_ = surface.frame.cells(xs, ys, inner, high)
    at = paper.at(surface.size)
    marks = [(0, "○", "strong")] * (len(xs) > 1) + [(len(xs) - 1, "●", "strong")]
    if at is not None and len(xs) > 1:
        marks.append((at[1], "◆", "cursor"))
    for k, glyph, role in marks:
        if columns[k] >= 0:
            lines[rows_[k]] = written(lines[rows_[k]], int(columns[k]), glyph, role)
    if at is not None and len(xs) <= 1:
        line, column = (round(k * (n - 1) / max(1, m - 1)) for k, n, m in zip(at, (high, inner), surface.size, strict=True))
        lines[line] = written(lines[line], column, "┼", "cursor")
    return lines


def figure(surface: SurfacePicture, axes: Any) -> None:
    """Draw contours and the way."""
    across = np.linspace(*surface.frame.x, surface.values.shape[1])
    up = np.linspace(surface.frame.y[1], surface.frame.y[0], surface.values.shape[0])
    finite = np.sort(surface.values[np.isfinite(surface.values)])
    levels = np.unique(finite[np.linspace(0, finite.size - 1, 2 * BANDS).astype(int)]) if finite.size else np.zeros(0)
    if levels.size > 1:
        shown = axes.contourf(across, up, surface.values, levels=levels, cmap="Blues")
        axes.figure.colorbar(shown, ax=axes)
    axes.plot(surface.way[:, 0], surface.way[:, 1], color="black", linewidth=1, marker=".", markersize=3)
    axes.plot(surface.way[-1:, 0], surface.way[-1:, 1], "o", color="black")
    axes.set_xlim(*surface.frame.x)
    axes.set_ylim(*surface.frame.y)
    axes.set_xlabel(surface.names[0])
    axes.set_ylabel(surface.names[1])


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a surface for a number that depends on two single parameters, or on one parameter of two numbers or more."""
    if node.shape or node.is_leaf or node.phase != "f":
        return None
    numbers = [one.name for one in nodes if one.role == "parameter" and not one.shape]
    lists = [one for one in nodes if one.role == "parameter" and len(one.shape) == 1]
    numbers += [f"{one.name}[{k}]" for one in lists for k in range(min(2, one.shape[0]))]
    if len(numbers) < 2:
        return None
    return 4, f"surface {node.name} over {numbers[0]} -2..2, {numbers[1]} -2..2 path"


PLOT = plot_kind(
    ask, "EXPR over W[0] -2..2, W[1] -2..2 [path]", "a number of the model over two of its parameters, and the way of training",
    example="surface loss over W[0] -2..2, W[1] -2..2", read=read, rows=rows, figure=figure, fits=fits, records=records,
)  # fmt: skip
