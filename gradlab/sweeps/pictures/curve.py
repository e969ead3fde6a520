"""A measure over one name: the mean of the seeds as a line, and from the least to the largest of them as a band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.draw.curve import Scale, braille, framed, room, scale
from gradlab.draw.ink import Row, Run, row
from gradlab.draw.plots import Paper, Place
from gradlab.sweeps.pictures._numbers import AxisPlaces, Floats, StageNumbers
from gradlab.sweeps.pictures._picture import BEST, FAILED, SweepKind, SweepPicture, notes_of, numbers_of, title_of
from gradlab.sweeps.pictures._ticks import ticks
from gradlab.sweeps.question import AskedSweep
from gradlab.sweeps.results import Done
from gradlab.sweeps.telling import short

BLANK = 0x2800
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
MARGIN = 11
"""Cells before the first of the lines: a label and the axis."""
MEAN, LINE = "●", "*"
CROWDED = 3
"""Cells for a setting below which only the best is marked."""
Bits = npt.NDArray[np.uint8]
Marks = dict[int, list[tuple[int, str, str]]]
"""By line: columns, a text and its role."""


def picture(sweep: AskedSweep, done: Done, measure: str = "") -> SweepPicture:
    """Return the picture of a sweep over one name: a row of places for each stage."""
    measure, axes, stages, scale, shares = numbers_of(sweep, done, measure)
    order = np.argsort(axes[0].at, kind="stable")
    places = np.array([np.where(stage.there[order].any(axis=1) | (not k), order, -1) for k, stage in enumerate(stages)])
    several = len(sweep.plan.seeds) > 1
    legend = f"{MEAN} {'mean of the seeds, with the least and the largest of them' if several else 'a run'}"
    notes = legend, *notes_of(sweep, measure, stages, scale)
    title = title_of(sweep, measure, log=scale.log)
    return SweepPicture(title, notes, KIND, sweep, measure, axes, stages, scale, shares, places)


def rows(picture: SweepPicture, paper: Paper) -> Sequence[Row]:
    """Return the lines of all stages, their bands, and the axes."""
    axis, known = picture.axes[0], _drawn(picture)
    if not known:
        return [row(("no point has a number yet", "dim"))]
    inner, high = room(max(24, paper.width), paper.height - 1)
    up = scale(known, picture.scale.log)
    bits, bands = np.zeros((high, inner), np.uint8), np.zeros((high, inner), np.uint8)
    marks: Marks = {}
    for stage in picture.stages:
        if axis.numeric:
            bits |= _line(axis, stage, inner, high, up)
        bands |= _band(axis, stage, inner, high, up)
        _mark(marks, picture, stage, inner, high, up)
    _mark_cursor(marks, picture, paper.at(picture.size), inner, high, up)
    drawn = [_cells(bits[k], bands[k], marks.get(k, []), paper) for k in range(high)]
    frame = framed(drawn, [0.0], up, inner)
    foot = (" " * MARGIN + ticks(_labels(axis, inner), inner), "dim")
    return [*frame[:-1], row(foot), row((" " * MARGIN + axis.name.center(inner).rstrip(), "dim"))]


def _drawn(picture: SweepPicture) -> list[float]:
    """Return all numbers that are drawn: means, and the ends of their spread."""
    parts = [part for stage in picture.stages for part in (stage.mean, stage.low, stage.high)]
    values = np.minimum(np.concatenate(parts), picture.scale.top)
    found: list[float] = values[np.isfinite(values)].tolist()
    return found


def _shares(up: Scale, values: Floats) -> Floats:
    """Return how far up numbers lie; what is too large lies at the top."""
    return np.minimum(up.share(values), 1.0)


def _labels(axis: AxisPlaces, inner: int) -> list[tuple[int, str]]:
    """Return the values below their columns, each once."""
    columns, at = _columns(axis, inner).tolist(), axis.at.tolist()
    found = {value: column for column, value in sorted(zip(columns, at, strict=True))}
    return [(column, short(repr(value)) if axis.numeric else axis.labels[int(value)]) for value, column in found.items()]


def _columns(axis: AxisPlaces, inner: int) -> npt.NDArray[np.int64]:
    """Return the column of each setting."""
    if not axis.numeric:  # room on both sides for names
        count = len(axis.labels)
        return ((axis.at + 0.5) * inner / count).astype(np.int64)
    return np.rint(axis.share * (inner - 1)).astype(np.int64)


def _line(axis: AxisPlaces, stage: StageNumbers, inner: int, high: int, up: Scale) -> Bits:
    """Return the dots of the line through the means of the settings that are there."""
    order = np.argsort(axis.at, kind="stable")
    order = order[stage.there[order].any(axis=1)]
    lines = (
        braille(axis.share[order].tolist(), np.minimum(stage.mean[order], up.high).tolist(), inner, high, Scale(0, 1), up)
        if len(order)
        else []
    )
    found = [[ord(cell) - BLANK if cell != " " else 0 for cell in line] for line in lines]
    return np.array(found, np.uint8) if found else np.zeros((high, inner), np.uint8)


def _band(axis: AxisPlaces, stage: StageNumbers, inner: int, high: int, up: Scale) -> Bits:
    """Return the dots between the least and the largest seed of each column, every second one."""
    mask = np.zeros((4 * high, 2 * inner), bool)
    if stage.each.shape[1] > 1:
        for column, low, top in _ends(axis, stage, inner, up):
            first, last = round((1 - top) * (4 * high - 1)), round((1 - low) * (4 * high - 1))
            mask[first + first % 2 : last + 1 : 2, column] = True
    return sum((mask[r::4, c::2] * DOTS[r, c] for r in range(4) for c in range(2)), np.zeros((high, inner), np.uint8))


def _ends(axis: AxisPlaces, stage: StageNumbers, inner: int, up: Scale) -> Iterator[tuple[int, float, float]]:
    """Yield columns of dots with the shares of the way up between which the seeds lie there."""
    low, top = _shares(up, stage.low), _shares(up, stage.high)
    if not axis.numeric:
        for column, first, last in zip(_columns(axis, inner).tolist(), low.tolist(), top.tolist(), strict=True):
            if np.isfinite(first):
                yield 2 * column, first, last
        return
    order = np.argsort(axis.at, kind="stable")
    order = order[stage.there[order].any(axis=1)]
    if not len(order):
        return
    at = axis.share[order] * (2 * inner - 1)
    columns = np.arange(int(np.ceil(at[0])), int(at[-1]) + 1)
    both = np.interp(columns, at, low[order]), np.interp(columns, at, top[order])  # NaN where an end is none
    for column, first, last in zip(columns.tolist(), *(part.tolist() for part in both), strict=True):
        if column % 2 == 0 and np.isfinite(first) and np.isfinite(last):
            yield column, first, last


def _mark(marks: Marks, picture: SweepPicture, stage: StageNumbers, inner: int, high: int, up: Scale) -> None:
    """Add the signs of settings: their means, the best, and on the lowest line those that failed."""
    columns, best = _columns(picture.axes[0], inner).tolist(), picture.best if stage is picture.stages[-1] else None
    crowded = len(columns) * CROWDED > inner
    for setting, column in enumerate(columns):
        if (line := _level(stage, setting, high, up)) is not None and not crowded:
            marks.setdefault(line, []).append((column, MEAN, "value"))
        if stage.failed[setting].any():
            marks.setdefault(high - 1, []).append((column, FAILED, "bad"))
    if best is not None and (line := _level(stage, best, high, up)) is not None:
        marks.setdefault(line, []).append((columns[best], BEST, "good"))


def _level(stage: StageNumbers, setting: int, high: int, up: Scale) -> int | None:
    """Return the line of the mean of a setting; None without a number."""
    share = float(_shares(up, stage.mean[setting : setting + 1])[0])
    return None if not np.isfinite(share) else max(0, round((1 - share) * (4 * high - 1)) // 4)


def _mark_cursor(marks: Marks, picture: SweepPicture, at: Place | None, inner: int, high: int, up: Scale) -> None:
    if at is None or (setting := picture.setting(at)) is None:
        return
    line = _level(picture.stages[at[0]], setting, high, up)
    column = int(_columns(picture.axes[0], inner)[setting])
    marks.setdefault(high - 1 if line is None else line, []).append((column, MEAN, "cursor"))


def _cells(bits: Bits, bands: Bits, marks: Sequence[tuple[int, str, str]], paper: Paper) -> list[Run]:
    """Return a line of cells: where a line and a band meet, the cell has the dots of both."""
    cells: list[Run] = []
    for line, band in zip(bits.tolist(), bands.tolist(), strict=True):
        if line and paper.ink == "ascii":
            cells.append((LINE, "curve"))
        else:
            cells.append((chr(BLANK + (line | band)), "curve" if line else "dim") if line | band else (" ", ""))
    for column, text, its in marks:
        cells[column] = (text, its)
    return [("".join(text for text, _ in group), its) for its, group in groupby(cells, lambda cell: cell[1])]


def figure(picture: SweepPicture, axes: Any) -> None:
    """Draw a line and a band for each stage."""
    axis = picture.axes[0]
    order = np.argsort(axis.at, kind="stable")
    for stage in picture.stages:
        there = order[stage.there[order].any(axis=1)]
        name = f"{stage.updates:,} updates" if len(picture.stages) > 1 else None
        line = axes.plot(
            axis.at[there],
            np.minimum(stage.mean[there], picture.scale.top),
            "o-" if axis.numeric else "o",
            markersize=3,
            label=name,
        )[0]
        _figure_band(
            axes,
            axis.at[there],
            stage.low[there],
            np.minimum(stage.high[there], picture.scale.top),
            line.get_color(),
            joined=axis.numeric,
        )
        bad = axis.at[stage.failed.any(axis=1)]
        axes.plot(bad, np.full(bad.shape, 0.02), "x", color="crimson", transform=axes.get_xaxis_transform())
    if (best := picture.best) is not None:
        axes.plot(axis.at[best], picture.stages[-1].mean[best], "D", color="seagreen")
    if picture.scale.log:
        axes.set_yscale("log")
    if axis.log:
        axes.set_xscale("log")
    if not axis.numeric:
        axes.set_xticks(range(len(axis.labels)), axis.labels)
    axes.set_xlabel(axis.name)
    axes.set_ylabel(picture.measure)
    if len(picture.stages) > 1:
        axes.legend()


def _figure_band(axes: Any, at: Floats, low: Floats, high: Floats, colour: Any, *, joined: bool) -> None:
    if joined:
        axes.fill_between(at, low, high, alpha=0.2, color=colour, linewidth=0)
    else:
        axes.vlines(at, low, high, alpha=0.4, color=colour)


KIND = SweepKind("curve", rows, figure, lambda picture: 16)
