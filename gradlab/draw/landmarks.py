"""Marks, breakpoints, watches and edits as rows: each with its number, its curve if it has one, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, Run, clip, fit, link, row, spread, width_of
from gradlab.draw.names import NodeNames
from gradlab.draw.number import number
from gradlab.draw.spark import spark
from gradlab.lab.search.landmarks import BreakpointPlace, EditPlace, Landmarks, MarkPlace, Pairs, WatchPlace

if TYPE_CHECKING:
    from gradlab.axis.position import Position

LISTS = ("marks", "breakpoints", "watches", "edits")
HOW: Mapping[str, str] = {
    "marks": "no mark: `mark NAME` gives this position a name",
    "breakpoints": "no breakpoint: `break when isnan(loss)`, `break at grad(W)`",
    "watches": "nothing is watched: `watch loss`",
    "edits": "nothing was edited",
}
CURVE = 24
"""Cells of a curve at most."""


def landmark_rows(found: Landmarks, shown: str, here: Position, names: NodeNames, width: int) -> list[Row]:
    """Return the rows of one list, or of all under their heads where `shown` is "all". here: where the run stands."""
    if shown != "all":
        return _rows_of(found, shown, here, names, width) or [row((HOW[shown], "dim"))]
    rows: list[Row] = []
    for name in LISTS:
        if lines := _rows_of(found, name, here, names, width):
            rows += [*([row("")] if rows else []), row((name, "strong"), (f"  {len(lines)}", "dim")), *lines]
    return rows or [row((HOW[name], "dim")) for name in LISTS[:3]]


def _rows_of(found: Landmarks, name: str, here: Position, names: NodeNames, width: int) -> list[Row]:
    drawn: dict[str, Callable[[], Sequence[Row]]] = {
        "marks": lambda: _marks(found.marks, here, width),
        "breakpoints": lambda: [_breakpoint(one, here, names, width) for one in found.breakpoints],
        "watches": lambda: _watches(found.watches, names, width),
        "edits": lambda: [_edit(one, here, names, width) for one in found.edits],
    }
    return [clip(line, width) for line in drawn[name]()]


def _place(at: Position | None, here: Position, cells: int = 9) -> Run:
    """Return a position, which leads there; it is marked where the run stands."""
    if at is None:
        return "·".ljust(cells), "dim"
    return link(f"{at}".ljust(cells), "here" if at == here else "", Goal(line=f"goto {at}"))


def _marks(marks: Sequence[MarkPlace], here: Position, width: int) -> list[Row]:
    longest = min(24, max((len(mark.name) for mark in marks), default=0))
    return [
        row(
            ("▸ " if mark.position == here else "◆ ", "here"),
            link(fit(mark.name, longest), "strong", Goal(line=f"goto {mark.position}")), ("  ", ""),
            _place(mark.position, here), ("" if mark.loss is None else " loss ", "dim"),
            ("" if mark.loss is None else number(mark.loss), "value"),
        )
        for mark in marks
    ]  # fmt: skip


def _breakpoint(one: BreakpointPlace, here: Position, names: NodeNames, width: int) -> Row:
    """Return a breakpoint: where it is looked at in this update comes first, since that is where enter goes."""
    head = row((f"{one.number:>3} ", "dim"), ("● ", "bad"), _place(one.position, here), (" ", ""))
    return (*head, *names.runs(one.text, "strong"), *((("  ", ""), *names.runs(one.told, "value")) if one.told else ()))


def _watches(watches: Sequence[WatchPlace], names: NodeNames, width: int) -> list[Row]:
    longest = min(max(12, width // 3), max((len(one.text) for one in watches), default=0))
    return [_watch(one, longest, names, width) for one in watches]


def _watch(one: WatchPlace, longest: int, names: NodeNames, width: int) -> Row:
    told = (" = ", "dim"), (one.told, "value")
    left = row((f"{one.number:>3}  ", "dim"), *names.runs(fit(one.text, longest), ""), *told)
    room = min(CURVE, width - width_of(left) - 2)
    if len(one.curve) < 2 or room < 6:
        return left
    return spread(left, row((curve_of(one.curve, room), "curve")), width)


def curve_of(pairs: Pairs, width: int) -> str:
    """Return a curve in one row of at most so many cells, oldest on the left; × stands for what is not finite."""
    numbers = [value for _, value in pairs]
    step = max(1.0, len(numbers) / width)
    picked = [numbers[min(int((place + 1) * step) - 1, len(numbers) - 1)] for place in range(min(width, len(numbers)))]
    finite = [value for value in picked if isfinite(value)]
    return spark(picked, min(finite, default=0.0), max(finite, default=0.0))[0]


def _edit(one: EditPlace, here: Position, names: NodeNames, width: int) -> Row:
    return row(("  ", ""), _place(one.position, here), (" ", ""), *names.runs(one.text, ""))
