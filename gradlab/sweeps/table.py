"""The results of a sweep as an array, and as rows: one for each setting, with the mean and the spread of the seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.sweeps.question import AskedSweep, Result
from gradlab.sweeps.results import Done

OWN = ("number", "seed", "updates", "failed")
"""Fields of the array beside what is gone over and what is measured."""


def array_of(sweep: AskedSweep, done: Done) -> npt.NDArray[Any]:
    """Return a structured array with a row for each result there is, in the order of stages and points.

    Fields: `number`, each name that is gone over (float64, or texts where a value is no number), `seed`, `updates`, each
    measure (float64, NaN where there is none), and `failed`, the reason or "".
    """
    places = sorted(done, key=lambda place: (place[1], place[0]))
    values = [dict(sweep.plan.point(number, updates).values) for number, updates in places]
    columns: dict[str, list[Any]] = {"number": [number for number, _ in places]}
    columns |= {axis.name: _numbers([row[axis.name] for row in values]) for axis in sweep.plan.axes}
    columns["seed"] = [sweep.plan.point(number).seed for number, _ in places]
    columns["updates"] = [updates for _, updates in places]
    for k, text in enumerate(sweep.question.measures):
        columns[text] = [done[place].measured[k] if done[place].measured else nan for place in places]
    columns["failed"] = [done[place].failed for place in places]
    return _structured(columns, sweep.question.measures)


def _numbers(texts: list[str]) -> list[Any]:
    try:
        return [float(text) for text in texts]
    except ValueError:
        return list(texts)


def _structured(columns: Mapping[str, list[Any]], measures: tuple[str, ...]) -> npt.NDArray[Any]:
    kinds = {"number": np.int64, "seed": np.int64, "updates": np.int64, **dict.fromkeys(measures, np.float64)}
    arrays = {
        name: np.array(column, kinds.get(name, np.str_ if any(isinstance(v, str) for v in column) else np.float64))
        for name, column in columns.items()
    }
    found = np.empty(len(columns["number"]), [(name, array.dtype) for name, array in arrays.items()])
    for name, array in arrays.items():
        found[name] = array
    return found


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting at one number of updates. means, spreads: of each measure over the seeds that did not fail, NaN without any.

    count: how many seeds there are results of.   failed: how many of them failed.   why: the first reason.
    """

    setting: int
    values: tuple[tuple[str, str], ...]
    updates: int
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    count: int
    failed: int
    why: str

    @property
    def rank(self) -> tuple[int, float, int]:
        """What rows are sorted by: those that went on longest first, then the least first measure; failed ones last."""
        first = self.means[0] if self.means and isfinite(self.means[0]) else inf
        return -self.updates, inf if self.failed else first, self.setting


def rows_of(sweep: AskedSweep, done: Done) -> list[SettingRow]:
    """Return a row for each setting and stage that has results, in the order of settings."""
    seeds = len(sweep.plan.seeds)
    groups: dict[tuple[int, int], list[Result]] = {}
    for (number, updates), result in sorted(done.items()):
        groups.setdefault((number // seeds, updates), []).append(result)
    return [row_of(sweep, setting, updates, group) for (setting, updates), group in groups.items()]


def row_of(sweep: AskedSweep, setting: int, updates: int, group: Sequence[Result]) -> SettingRow:
    """Return the row of a setting, of the results of its seeds."""
    good = np.array([result.measured for result in group if not result.failed])
    bad = [result.failed for result in group if result.failed]
    count = len(sweep.question.measures)
    means, spreads = (good.mean(axis=0), good.std(axis=0)) if len(good) else (np.full(count, nan),) * 2
    return SettingRow(
        setting, sweep.plan.values(setting), updates, tuple(means.tolist()), tuple(spreads.tolist()), len(group), len(bad),
        bad[0] if bad else "",
    )  # fmt: skip


def grid_of(sweep: AskedSweep, done: Done) -> dict[str, npt.NDArray[np.float64]]:
    """Return each measure in the mean of the seeds, and what was gone over where that is numbers, by name.

    A measure has an axis for each name, in their order; of settings that were drawn it has one axis. NaN where a seed failed or
    is not there yet. Of stages it is the first.
    """
    plan, measures = sweep.plan, sweep.question.measures
    shape = (plan.settings,) if plan.drawn is not None else tuple(len(axis.values) for axis in plan.axes)
    numbers = np.full((plan.size, len(measures)), nan)
    for (number, updates), result in done.items():
        if updates == plan.updates and not result.failed:
            numbers[number] = result.measured
    means = numbers.reshape(plan.settings, len(plan.seeds), len(measures)).mean(axis=1)
    found = {text: means[:, k].reshape(shape) for k, text in enumerate(measures)}
    for place, axis in enumerate(plan.axes):
        if plan.drawn is not None:
            texts = [plan.values(setting)[place][1] for setting in range(plan.settings)]
        else:
            texts = list(axis.values)
        with suppress(ValueError):
            found.setdefault(axis.name, np.array(list(map(float, texts))))
    return found
