"""What pictures of a sweep have in common: what they ask of the results, which setting lies where, and what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlab.draw.ink import Row
from gradlab.draw.plots import Paper, Picture, Place, Spot
from gradlab.errors import ArgumentError
from gradlab.source import did_you_mean
from gradlab.sweeps.pictures._numbers import AxisPlaces, NumberAxis, StageNumbers, axes_of, axis_of, stages_of
from gradlab.sweeps.pictures._shares import share_of, shares_told
from gradlab.sweeps.question import AskedSweep, Point
from gradlab.sweeps.results import Done
from gradlab.sweeps.telling import short, updates_text

REASONS = 3
"""Reasons of failures that are told."""
BEST, FAILED, MISSING = "◆", "!", "·"


@dataclass(frozen=True, slots=True)
class SweepKind:
    """A kind of picture. rows(picture, paper): draws it.   figure(picture, axes): with matplotlib, of the same numbers.

    lines(picture): how many rows it would like, where nothing limits it.
    """

    name: str
    rows: Callable[[Any, Paper], Sequence[Row]]
    figure: Callable[[Any, Any], None]
    lines: Callable[[Any], int]


@dataclass(frozen=True, slots=True, eq=False)
class SweepPicture(Picture):
    """Arrays of a sweep. places: (rows, columns), the setting that is to be chosen at each place, -1 for none.

    stages: the numbers after each stage that was begun.   scale: how these are drawn.
    shares: of the variance, what each axis explains.
    """

    kind: SweepKind
    sweep: AskedSweep
    measure: str
    axes: tuple[AxisPlaces, ...]
    stages: tuple[StageNumbers, ...]
    scale: NumberAxis
    shares: tuple[float, ...]
    places: Any

    @property
    def size(self) -> Place:
        """How many rows and columns of settings there are to choose from."""
        return self.places.shape[0], self.places.shape[1]

    @property
    def best(self) -> int | None:
        """The best setting of those that went on longest."""
        return self.stages[-1].best

    def setting(self, place: Place) -> int | None:
        """Return the number of the setting at a place; None where there is none."""
        found = int(self.places[place])
        return None if found < 0 else found

    def points(self, place: Place) -> tuple[Point, ...]:
        """Return the runs of the setting at a place, one for each seed."""
        setting, seeds = self.setting(place), len(self.sweep.plan.seeds)
        if setting is None:
            return ()
        updates = self.stage_of(setting).updates
        return tuple(self.sweep.plan.point(setting * seeds + seed, updates) for seed in range(seeds))

    def point(self, place: Place) -> Point | None:
        """Return the run that a place stands for: of the seed with the least number, else of the first one."""
        points, setting = self.points(place), self.setting(place)
        if setting is None:
            return None
        each = self.stage_of(setting).each[setting]
        return points[int(np.nanargmin(each)) if np.isfinite(each).any() else 0]

    def place(self, setting: int) -> Place | None:
        """Return where a setting is."""
        found = np.argwhere(self.places == setting)
        return None if not len(found) else (int(found[0][0]), int(found[0][1]))

    def stage_of(self, setting: int) -> StageNumbers:
        """Return the longest stage that a setting came to."""
        return next((stage for stage in reversed(self.stages) if stage.there[setting].any()), self.stages[0])

    def spot(self, place: Place) -> Spot:
        """Return the setting at a place, and what came of it."""
        setting = self.setting(place)
        return Spot("" if setting is None else setting_told(self, setting, self.stage_of(setting)))


def values_told(sweep: AskedSweep, setting: int) -> str:
    """Return what is set: `rate=0.1, scale=1`."""
    return ", ".join(f"{name}={short(value)}" for name, value in sweep.plan.values(setting))


def setting_told(picture: SweepPicture, setting: int, stage: StageNumbers) -> str:
    """Return a setting and what came of it: the mean and the spread of the seeds, and why some failed."""
    told = values_told(picture.sweep, setting)
    good, failed = int(np.isfinite(stage.each[setting]).sum()), int(stage.failed[setting].sum())
    if good:
        told += f"   {picture.measure} {stage.mean[setting]:.4g}"
    if good > 1:
        told += f" ± {stage.spread[setting]:.2g}, {stage.low[setting]:.4g} to {stage.high[setting]:.4g} of {good} seeds"
    if len(picture.stages) > 1:
        told += f", {updates_text(stage.updates)}"
    if failed:
        told += f"   {FAILED} {failed} of {stage.there[setting].sum()} failed: {stage.why[setting]}"
    return told if stage.there[setting].any() else f"{told}   not there yet"


def numbers_of(
    sweep: AskedSweep, done: Done, measure: str
) -> tuple[str, tuple[AxisPlaces, ...], tuple[StageNumbers, ...], NumberAxis, tuple[float, ...]]:
    """Return the measure, the axes, the stages, how their numbers are drawn, and the shares of the variance."""
    measures = sweep.question.measures
    measure = measure or measures[0]
    if measure not in measures:
        near = did_you_mean(measure, measures) or f"there is {', '.join(measures)}"
        raise ArgumentError(f"the sweep has not measured `{measure}`: {near}")
    stages = stages_of(sweep, done, measures.index(measure))
    axes, scale = axes_of(sweep), axis_of(stages)
    shares = tuple(share_of(axis, scale(stages[0].mean)) for axis in axes) if len(axes) > 1 else ()
    return measure, axes, stages, scale, shares


def title_of(sweep: AskedSweep, measure: str, *, log: bool) -> str:
    """Return what is drawn."""
    seeds = len(sweep.plan.seeds)
    over = ", ".join(axis.name for axis in sweep.plan.axes)
    return f"{measure} over {over}{f', mean of {seeds} seeds' if seeds > 1 else ''}{', log' if log else ''}"


def notes_of(sweep: AskedSweep, measure: str, stages: Sequence[StageNumbers], scale: NumberAxis) -> Iterator[str]:
    """Yield what is said below a picture: the best, what is too large for it, what failed, what is not there yet."""
    last = stages[-1]
    if (best := last.best) is not None:
        spread = f" ± {last.spread[best]:.2g}" if np.isfinite(last.each[best]).sum() > 1 else ""
        after = f" after {updates_text(last.updates)}" if len(stages) > 1 else ""
        yield f"{BEST} least {measure}: {last.mean[best]:.4g}{spread} at {values_told(sweep, best)}{after}"
    means = np.concatenate([stage.mean for stage in stages])
    if above := int((means > scale.top).sum()):
        which = f"{above:,} setting{'s lie' if above > 1 else ' lies'} above {scale.top:.4g}, up to {np.nanmax(means):.3g}"
        yield f"{which}: drawn at {scale.top:.4g}, the end of the axis"
    if failed := sum(int(stage.failed.sum()) for stage in stages):
        done = sum(int(stage.there.sum()) for stage in stages)
        yield f"{FAILED} {failed:,} of {done:,} points failed: {_reasons(stages)}"
    if missing := stages[0].there.size - int(stages[0].there.sum()):
        yield f"{MISSING} {missing:,} of {stages[0].there.size:,} points are not there yet"


def _reasons(stages: Sequence[StageNumbers]) -> str:
    counted = sum((stage.reasons for stage in stages), Counter[str]())
    told = "; ".join(f"{reason} ({count:,})" for reason, count in counted.most_common(REASONS))
    return told + (f"; and {len(counted) - REASONS} more reasons" if len(counted) > REASONS else "")


def with_shares(notes: Iterable[str], axes: Sequence[AxisPlaces], shares: Sequence[float]) -> tuple[str, ...]:
    """Return notes with what each axis explains at their end."""
    told = shares_told(axes, shares) if shares else ""
    return (*notes, told) if told else tuple(notes)
