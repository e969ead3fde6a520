"""A measure over two names as a map: a row for each value of the first, a column for each value of the second."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np

from gradlab.draw.ink import Row, Run, fit, fit_right, row
from gradlab.draw.number import short
from gradlab.draw.plots import Paper, Place
from gradlab.sweeps.pictures._numbers import Floats
from gradlab.sweeps.pictures._picture import (
    BEST,
    FAILED,
    MISSING,
    SweepKind,
    SweepPicture,
    notes_of,
    numbers_of,
    title_of,
    with_shares,
)  # fmt: skip
from gradlab.sweeps.pictures._ticks import ticks
from gradlab.sweeps.question import AskedSweep
from gradlab.sweeps.results import Done

STEPS = 4
"""Levels of a cell."""
GLYPHS = "▁▃▅█"
PLAIN = ".:=#"
MOST = 40
"""Lines of a map that nothing limits."""
LABEL = 12
"""Cells of the names of rows at most."""


def picture(sweep: AskedSweep, done: Done, measure: str = "") -> SweepPicture:
    """Return the picture of a grid of two names: a place for each setting."""
    measure, axes, stages, scale, shares = numbers_of(sweep, done, measure)
    places = np.arange(sweep.plan.settings).reshape(len(axes[0].labels), len(axes[1].labels))
    notes = with_shares(notes_of(sweep, measure, stages, scale), axes, shares)
    title = title_of(sweep, measure, log=scale.log)
    return SweepPicture(title, notes, KIND, sweep, measure, axes, stages, scale, shares, places)


def rows(picture: SweepPicture, paper: Paper) -> Sequence[Row]:
    """Return the map, with its numbers where they have room."""
    down, across = picture.axes
    label = min(LABEL, max(map(len, (*down.labels, down.name))))
    means = picture.stages[0].mean.reshape(picture.size)
    texts = [[_text(picture, int(setting)) for setting in line] for line in picture.places]
    wide = max(len(text) for line in texts for text in line) + 2
    wide = max(wide, min(LABEL, max(map(len, across.labels)) + 2))
    if label + 1 + wide * picture.size[1] <= paper.width and picture.size[0] + 2 <= paper.height:
        return _table(picture, paper, label, wide, texts, _levels(picture.scale(means)))
    return _cells(picture, paper, label)


def _text(picture: SweepPicture, setting: int) -> str:
    """Return a setting as it stands in a cell: the mean of its seeds, and signs of the best and of failures."""
    stage = picture.stages[0]
    mean = float(stage.mean[setting])
    if not stage.there[setting].any():
        return f"{MISSING} "
    sign = BEST if setting == picture.best else FAILED if stage.failed[setting].any() else ""
    return (short(mean) if np.isfinite(mean) else "") + (sign or " ")


def _levels(values: Floats) -> Any:
    """Return a level for each number, 1 to `STEPS`; 0 for what is none."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    share = (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.5, np.nan)
    return np.where(np.isfinite(share), 1 + np.minimum(STEPS - 1, np.floor(np.nan_to_num(share) * STEPS)), 0).astype(int)


def _table(
    picture: SweepPicture, paper: Paper, label: int, wide: int, texts: Sequence[Sequence[str]], levels: Any
) -> list[Row]:
    """Return the map with numbers in its cells."""
    down, across = picture.axes
    at = paper.at(picture.size)
    found = [_title(picture, label, wide * picture.size[1])]
    found.append(row((" " * (label + 1) + "".join(fit_right(f"{text} ", wide) for text in across.labels), "dim")))
    for r, line in enumerate(texts):
        runs: list[Run] = [(fit_right(down.labels[r], label) + " ", "dim")]
        for c, text in enumerate(line):
            its = _role(picture, int(picture.places[r, c]), int(levels[r, c]))
            runs.append((" " * (wide - len(text)), ""))
            runs.append((text, "cursor" if at == (r, c) else its))
        found.append(tuple(runs))
    return found


def _title(picture: SweepPicture, label: int, width: int) -> Row:
    """Return the names of both axes: of the first one above its values, of the second one in the middle above its own."""
    down, across = picture.axes
    return row((f"{fit(down.name, label)} {across.name.center(width).rstrip()}", "dim"))


def _role(picture: SweepPicture, setting: int, level: int) -> str:
    stage = picture.stages[0]
    if setting == picture.best:
        return "good"
    if stage.failed[setting].any():
        return "bad"
    return f"heat+{level}" if level else "dim"


def _cells(picture: SweepPicture, paper: Paper, label: int) -> list[Row]:
    """Return a cell of some columns for each setting, or for a block of them where there are too many."""
    down, across = picture.axes
    room = max(1, paper.width - label - 1)
    high, broad = ceil(picture.size[0] / max(1, paper.height - 4)), ceil(picture.size[1] / room)
    columns = ceil(picture.size[1] / broad)
    wide = max(1, min(4, room // columns))
    at = paper.at(picture.size)
    there = None if at is None else (at[0] // high, at[1] // broad)
    found = [_title(picture, label, wide * columns)]
    named = [(k // broad * wide + (wide - 1) // 2, text) for k, text in enumerate(across.labels) if k % broad == 0]
    found.append(row((" " * (label + 1) + ticks(named, wide * columns), "dim")))
    levels = _levels(_blocks(picture, high, broad))
    for r in range(levels.shape[0]):
        runs: list[Run] = [(fit_right(down.labels[r * high], label) + " ", "dim")]
        for c in range(columns):
            block = picture.places[r * high : (r + 1) * high, c * broad : (c + 1) * broad]
            glyph, its = _cell(picture, block, int(levels[r, c]), paper)
            here = there == (r, c)
            runs.append(((glyph if not here or glyph.strip() else "●") * wide, "cursor" if here else its))
        found.append(tuple(runs))
    return [*found, *_legend(picture, PLAIN if paper.ink == "ascii" else GLYPHS, (high, broad))]


def _legend(picture: SweepPicture, glyphs: str, block: Place) -> list[Row]:
    """Return what the levels mean, and what a cell is."""
    means = picture.stages[0].mean
    finite = np.minimum(means[np.isfinite(means)], picture.scale.top)
    told = [f"{glyphs} {picture.measure} from {finite.min():.4g} to {finite.max():.4g}"] if finite.size else []
    many = [f"a cell is the mean of {block[0]} x {block[1]} settings"] if block != (1, 1) else []
    return [row((line, "dim")) for line in (*told, *many)]


def _blocks(picture: SweepPicture, high: int, broad: int) -> Floats:
    """Return the means of blocks of settings as they are drawn, NaN for those without a number."""
    stage, (down, across) = picture.stages[0], picture.size
    padded = np.full((-down % high + down, -across % broad + across), np.nan)
    padded[:down, :across] = picture.scale(stage.mean).reshape(down, across)
    parts = padded.reshape(padded.shape[0] // high, high, -1, broad)
    count = np.isfinite(parts).sum(axis=(1, 3))
    sums = np.where(np.isfinite(parts), parts, 0).sum(axis=(1, 3))
    return np.where(count, sums / np.maximum(count, 1), np.nan)


def _cell(picture: SweepPicture, block: Any, level: int, paper: Paper) -> Run:
    """Return the glyph of a block and its role."""
    stage = picture.stages[0]
    if picture.best is not None and (block == picture.best).any():
        return BEST, "good"
    if not level:
        return (FAILED, "bad") if stage.failed[block].any() else (MISSING, "dim")
    return (PLAIN if paper.ink == "ascii" else GLYPHS)[level - 1], f"heat+{level}" if paper.ink == "colour" else ""


def figure(picture: SweepPicture, axes: Any) -> None:
    """Draw the map with values at its axes."""
    from matplotlib.colors import LogNorm, Normalize

    down, across = picture.axes
    means = picture.stages[0].mean.reshape(picture.size)
    top = picture.scale.top if np.isfinite(picture.scale.top) else None
    shown = axes.imshow(
        means,
        cmap="viridis",
        norm=(LogNorm if picture.scale.log else Normalize)(vmax=top),
        aspect="auto",
        interpolation="nearest",
    )
    axes.figure.colorbar(shown, ax=axes, label=picture.measure)
    for r, c in np.ndindex(*picture.size):
        if picture.stages[0].failed[picture.places[r, c]].any():
            axes.text(c, r, "x", color="crimson", ha="center", va="center")
    if (best := picture.best) is not None:
        place: Place = divmod(best, picture.size[1])
        axes.plot(place[1], place[0], "D", color="white", markeredgecolor="black")
    for ticked, axis in ((axes.set_yticks, down), (axes.set_xticks, across)):
        every = max(1, len(axis.labels) // 12)
        ticked(range(0, len(axis.labels), every), axis.labels[::every])
    axes.set_xlabel(across.name)
    axes.set_ylabel(down.name)


KIND = SweepKind("map", rows, figure, lambda picture: min(MOST, int(picture.size[0]) + 3))
