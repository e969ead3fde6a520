"""The results of a sweep as a picture takes them: arrays with a place for each setting and seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np
import numpy.typing as npt

from gradlab.sweeps.question import AskedSweep
from gradlab.sweeps.results import Done
from gradlab.sweeps.telling import short

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
WIDE = 10.0
"""Factor between the largest and the least number from which an axis is logarithmic, if all are above 0."""


@dataclass(frozen=True)
class StageNumbers:
    """One measure after so many updates.

    each: (settings, seeds), NaN where a run failed or is not there yet.   failed, there: which have failed; which are there.
    why: the first reason of a setting that has failed.   reasons: how often each reason was given.
    """

    updates: int
    each: Floats
    failed: Flags
    there: Flags
    why: dict[int, str]
    reasons: Counter[str]

    @cached_property
    def mean(self) -> Floats:
        """Of each setting the mean of the seeds that did not fail; NaN without any."""
        good = np.isfinite(self.each)
        count = good.sum(axis=1)
        found: Floats = np.where(count, np.where(good, self.each, 0).sum(axis=1) / np.maximum(count, 1), np.nan)
        return found

    @cached_property
    def low(self) -> Floats:
        """Of each setting the least number of a seed."""
        found: Floats = _ends(self.each, np.inf).min(axis=1)
        return found

    @cached_property
    def high(self) -> Floats:
        """Of each setting the largest number of a seed."""
        found: Floats = _ends(self.each, -np.inf).max(axis=1)
        return found

    @cached_property
    def spread(self) -> Floats:
        """Of each setting the standard deviation of the seeds that did not fail."""
        apart = np.where(np.isfinite(self.each), self.each - self.mean[:, None], 0)
        with np.errstate(over="ignore"):
            found: Floats = np.sqrt((apart**2).sum(axis=1) / np.maximum(np.isfinite(self.each).sum(axis=1), 1))
        return found

    @cached_property
    def order(self) -> npt.NDArray[np.int64]:
        """The settings that have results, the best first: those with a failed seed last, as the table of a sweep has them."""
        ranks = np.where(self.failed.any(axis=1) | ~np.isfinite(self.mean), np.inf, self.mean)
        found: npt.NDArray[np.int64] = np.lexsort((np.arange(len(ranks)), ranks))
        there: Flags = np.logical_or.reduce(self.there, axis=1)
        return found[there[found]]

    @property
    def best(self) -> int | None:
        """The setting with the least mean of those of which no seed failed; None without any."""
        first = self.order[:1].tolist()
        return first[0] if first and not self.failed[first[0]].any() and np.isfinite(self.mean[first[0]]) else None


def _ends(each: Floats, nothing: float) -> Floats:
    """Return numbers with what is none out of the way, except where there is nothing else."""
    return np.where(np.isfinite(each), each, np.where(np.isfinite(each).any(axis=1, keepdims=True), nothing, np.nan))


def stages_of(sweep: AskedSweep, done: Done, measure: int) -> tuple[StageNumbers, ...]:
    """Return the numbers of a measure after each stage that has been begun; of the first one in any case."""
    plan = sweep.plan
    found: dict[int, StageNumbers] = {}
    for _, updates in plan.stages():
        shape = plan.settings, len(plan.seeds)
        found[updates] = StageNumbers(
            updates, np.full(shape, np.nan), np.zeros(shape, bool), np.zeros(shape, bool), {}, Counter()
        )
    for (number, updates), result in done.items():
        if (stage := found.get(updates)) is not None:
            place = divmod(number, len(plan.seeds))
            stage.there[place] = True
            if result.failed:
                stage.failed[place] = True
                stage.why.setdefault(place[0], result.failed)
                stage.reasons[result.failed.partition(", ")[0]] += 1
            elif result.measured and isfinite(result.measured[measure]):
                stage.each[place] = result.measured[measure]
    return tuple(stage for k, stage in enumerate(found.values()) if not k or stage.there.any())


@dataclass(frozen=True, slots=True, eq=False)
class AxisPlaces:
    """A name that is gone over. at: where each setting lies, a number, or which of the values it has where they are none.

    labels: of the values of a list, in their order.   numeric, log: whether these are numbers, and the axis logarithmic.
    drawn: whether its values were drawn from a range.
    """

    name: str
    at: Floats
    labels: tuple[str, ...]
    numeric: bool
    log: bool
    drawn: bool

    @property
    def share(self) -> Floats:
        """How far along the axis each setting lies, 0 to 1."""
        at = np.log10(self.at) if self.log else self.at
        low, high = (float(at.min()), float(at.max())) if at.size else (0.0, 1.0)
        return (at - low) / (high - low) if high > low else np.full(at.shape, 0.5)


def axes_of(sweep: AskedSweep) -> tuple[AxisPlaces, ...]:
    """Return where all settings lie on all axes."""
    plan = sweep.plan
    columns = list(zip(*(plan.values(setting) for setting in range(plan.settings)), strict=True))
    found = []
    for axis, column in zip(plan.axes, columns, strict=True):
        texts = [text for _, text in column]
        numeric = axis.range is not None or axis.numbers is not None
        at = np.array([float(text) for text in texts] if numeric else [axis.values.index(text) for text in texts], np.float64)
        log = (
            numeric
            and not axis.text.startswith("lin")
            and (axis.text.startswith("log") or is_wide(at))
            and bool((at > 0).all())
        )
        found.append(AxisPlaces(axis.name, at, tuple(map(short, axis.values)), numeric, log, axis.range is not None))
    return tuple(found)


def is_wide(values: Floats) -> bool:
    """Return whether numbers are better told apart by factors: all are above 0, and the largest is much above the least."""
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() > 0 and finite.max() / finite.min() > WIDE)


def limit_of(means: Floats) -> float:
    """Return a number from which on others are drawn at the end of an axis, because they say nothing but that a run exploded.

    It lies four times as far above the median as the least number lies below it, and two decades at least; twenty times where
    not all numbers are above 0. inf where nothing lies above it.
    """
    finite = means[np.isfinite(means)]
    if not finite.size:
        return np.inf
    log = bool(finite.min() > 0)
    values = np.log10(finite) if log else finite
    middle = float(np.quantile(values, 0.5, method="lower"))
    below = middle - float(values.min())
    limit = middle + (max(2.0, 4 * below) if log else 20 * below)
    if not (limit > middle and values.max() > limit):
        return np.inf
    return float(values[values <= limit].max()) if not log else float(10 ** values[values <= limit].max())


@dataclass(frozen=True, slots=True)
class NumberAxis:
    """How the numbers of a measure are drawn. log: told apart by factors.   top: what all above it are drawn as, or inf."""

    log: bool
    top: float

    def __call__(self, values: Floats) -> Floats:
        """Return numbers as they are drawn: their logarithms where the axis is logarithmic."""
        found = np.minimum(values, self.top)
        return np.log10(found) if self.log else found


def axis_of(stages: Sequence[StageNumbers]) -> NumberAxis:
    """Return the axis for all numbers of some stages."""
    top = limit_of(np.concatenate([stage.mean for stage in stages]))
    ends = np.concatenate([part for stage in stages for part in (stage.mean, stage.low)])
    return NumberAxis(is_wide(np.minimum(ends, top)), top)
