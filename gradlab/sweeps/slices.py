"""A part of a sweep: some of its axes, the others held where one setting has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from gradlab.sweeps.question import AskedSweep, SweepPlan
from gradlab.sweeps.results import Done


@dataclass(frozen=True, slots=True)
class SweepSlice:
    """A part of a sweep as a sweep of its own. settings: of the whole sweep, by the numbers that they have in the part."""

    sweep: AskedSweep
    done: Done
    settings: Sequence[int]


def slices(plan: SweepPlan) -> list[tuple[int, ...]]:
    """Return which axes may be looked at by themselves: of a grid without stages single ones and pairs; () is all of them."""
    count = len(plan.axes)
    if plan.drawn is not None or plan.halving is not None or count == 1:
        return [()]
    pairs = [*combinations(range(count), 2)] if count > 2 else []
    return [(), *((one,) for one in range(count)), *pairs]


def slice_of(sweep: AskedSweep, done: Done, axes: tuple[int, ...], through: int) -> SweepSlice:
    """Return the part of a sweep that goes over some axes, with the values of a setting on the others; all of it for ()."""
    plan = sweep.plan
    if not axes:
        return SweepSlice(sweep, done, range(plan.settings))
    lengths = [len(axis.values) for axis in plan.axes]
    grid = np.arange(plan.settings).reshape(lengths)
    at = np.unravel_index(through, lengths)
    cut = grid[tuple(slice(None) if k in axes else place for k, place in enumerate(at))]
    settings = [int(one) for one in cut.reshape(-1)]
    seeds = len(plan.seeds)
    part = {
        (number * seeds + seed, updates): replace(done[place], number=number * seeds + seed)
        for number, setting in enumerate(settings)
        for seed in range(seeds)
        for updates in (plan.updates,)
        if (place := (setting * seeds + seed, updates)) in done
    }
    chosen = replace(plan, axes=tuple(plan.axes[k] for k in sorted(axes)))
    return SweepSlice(replace(sweep, plan=chosen), part, settings)
