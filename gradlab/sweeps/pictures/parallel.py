"""A measure over several names as a table: a row for each setting, the best first, and where on each axis it lies.

What all axes have in common in the best rows, and nowhere else, is what matters; an axis that explains nothing looks the same
from the first row to the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradlab.draw.ink import Row, Run, fit, row
from gradlab.draw.plots import Paper
from gradlab.sweeps.pictures._numbers import AxisPlaces
from gradlab.sweeps.pictures._picture import BEST, FAILED, SweepKind, SweepPicture, notes_of, numbers_of, title_of, with_shares
from gradlab.sweeps.pictures._shares import share_text
from gradlab.sweeps.question import AskedSweep
from gradlab.sweeps.results import Done
from gradlab.sweeps.telling import SHOWN, short

STRIP = 25
"""Cells of the strip of an axis at most."""
GAP = 3
EXPLAINS = "  explains"
VALUE = 12
"""Cells of a value at most."""
LINES = 2000
"""Lines of a figure at most."""


def picture(sweep: AskedSweep, done: Done, measure: str = "") -> SweepPicture:
    """Return the picture of settings of several names: a place for each, the best first, longest stage before others."""
    measure, axes, stages, scale, shares = numbers_of(sweep, done, measure)
    order = list(dict.fromkeys(setting for stage in reversed(stages) for setting in stage.order.tolist()))
    notes = with_shares(notes_of(sweep, measure, stages, scale), axes, shares)
    places = np.array(order, np.int64).reshape(-1, 1)
    title = title_of(sweep, measure, log=scale.log)
    return SweepPicture(title, notes, KIND, sweep, measure, axes, stages, scale, shares, places)


def rows(picture: SweepPicture, paper: Paper) -> Sequence[Row]:
    """Return the table, or as much of it as has room around the cursor."""
    count, at = picture.size[0], paper.at(picture.size)
    if not count:
        return [row(("no point is there yet", "dim"))]
    room = max(1, paper.height - 2 - (count > paper.height - 2))
    first = max(0, min(count - room, 0 if at is None else at[0] - room + 1))
    settings = [int(setting) for setting in picture.places[first : first + room, 0]]
    cells = [_measured(picture, setting) for setting in settings]
    left = max(len(EXPLAINS), len(picture.measure[:VALUE]) + 2, *map(len, cells))
    columns = [_column(axis, settings) for axis in picture.axes]
    spare = (paper.width - left - sum(width + GAP for _, width in columns)) // len(columns) - 1
    strip = min(STRIP, spare) if spare >= 3 else 0
    found = _heads(picture, left, [width + (strip and strip + 1) for _, width in columns])
    for k, setting in enumerate(settings):
        here = at is not None and at[0] == first + k
        runs: list[Run] = [(fit(cells[k], left), "cursor" if here else _role(picture, setting))]
        for axis, (texts, width) in zip(picture.axes, columns, strict=True):
            runs += [(" " * GAP, ""), *_strip(axis, setting, strip), (fit(texts[k], width), "")]
        found.append(tuple(runs))
    rest = count - first - len(settings)
    return [*found, row((f"… and {rest:,} more settings", "dim"))] if rest else found


def _measured(picture: SweepPicture, setting: int) -> str:
    """Return what a setting came to, behind its sign."""
    stage = picture.stage_of(setting)
    sign = BEST if setting == picture.best else FAILED if stage.failed[setting].any() else " "
    mean = float(stage.mean[setting])
    if not np.isfinite(mean):
        return f"{sign} failed"
    several = np.isfinite(stage.each[setting]).sum() > 1
    after = f" ({stage.updates:,})" if len(picture.stages) > 1 else ""
    return f"{sign} {mean:.4g}{f' ± {stage.spread[setting]:.2g}' if several else ''}{after}"


def _role(picture: SweepPicture, setting: int) -> str:
    if setting == picture.best:
        return "good"
    return "bad" if picture.stage_of(setting).failed[setting].any() else "value"


def _column(axis: AxisPlaces, settings: Sequence[int]) -> tuple[list[str], int]:
    """Return the values of an axis in some settings, and the cells that they take."""
    texts = [_value(axis, setting) for setting in settings]
    return texts, min(VALUE, max(4, len(axis.name), *map(len, texts)))


def _value(axis: AxisPlaces, setting: int) -> str:
    at = float(axis.at[setting])
    return short(repr(at)) if axis.numeric else axis.labels[int(at)]


def _heads(picture: SweepPicture, left: int, widths: Sequence[int]) -> list[Row]:
    """Return the names of the columns, and what each axis explains."""
    names: list[Run] = [(fit(f"  {picture.measure}", left), "strong")]
    shares: list[Run] = [(fit(EXPLAINS, left), "dim")]
    for axis, share, width in zip(picture.axes, picture.shares, widths, strict=True):
        names += [(" " * GAP, ""), (fit(axis.name, width), "strong")]
        shares += [(" " * GAP, ""), (fit(share_text(share), width), "key")]
    return [tuple(names), tuple(shares)] if picture.shares else [tuple(names)]


def _strip(axis: AxisPlaces, setting: int, wide: int) -> list[Run]:
    """Return where on its axis a setting lies."""
    if not wide:
        return []
    at = round(float(axis.share[setting]) * (wide - 1))
    return [part for part in (("·" * at, "dim"), ("●", "value"), ("·" * (wide - 1 - at) + " ", "dim")) if part[0]]


def figure(picture: SweepPicture, axes: Any) -> None:
    """Draw parallel axes, with a line for each setting that has a number: the lower at the last axis, the better."""
    stage = picture.stages[0]
    means = picture.scale(stage.mean)
    known = np.flatnonzero(np.isfinite(means))
    low, high = (float(means[known].min()), float(means[known].max())) if known.size else (0.0, 1.0)
    level = np.where(np.isfinite(means), (means - low) / ((high - low) or 1.0), np.nan)
    from matplotlib import colormaps

    colours, along = colormaps["viridis"], [axis.share for axis in picture.axes]
    for setting in known[np.argsort(-level[known])][-LINES:].tolist():
        line = [*(float(share[setting]) for share in along), float(level[setting])]
        axes.plot(range(len(line)), line, color=colours(line[-1]), linewidth=2.5 if setting == picture.best else 0.8)
    shares = picture.shares or (float("nan"),) * len(picture.axes)
    names = [f"{axis.name}\n{share_text(share)}" for axis, share in zip(picture.axes, shares, strict=True)]
    axes.set_xticks(range(len(names) + 1), [*names, picture.measure])
    axes.set_yticks([])
    for k, axis in enumerate([*picture.axes, None]):
        axes.axvline(k, color="0.6", linewidth=0.8)
        ends = _ends(axis) if axis is not None else _ends_of(low, high, log=picture.scale.log)
        for y, text in zip((0, 1), ends, strict=True):
            axes.annotate(text, (k, y), (3, 0), textcoords="offset points", fontsize="x-small", va="center")


def _ends(axis: AxisPlaces) -> tuple[str, str]:
    """Return the values at both ends of an axis."""
    return _value(axis, int(axis.at.argmin())), _value(axis, int(axis.at.argmax()))


def _ends_of(low: float, high: float, *, log: bool) -> tuple[str, str]:
    return (f"{10**low:.3g}", f"{10**high:.3g}") if log else (f"{low:.3g}", f"{high:.3g}")


KIND = SweepKind("parallel", rows, figure, lambda picture: min(SHOWN, int(picture.size[0])) + 3)
