"""What a sweep says of itself in lines of text: how far it is, and a table of the best settings."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from gradlab.sweeps.question import AskedSweep, Point
from gradlab.sweeps.results import Done
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.table import SettingRow, rows_of

SHOWN = 20
"""Settings that the table has at most."""
WIDE = 24
"""Characters of the name of a measure in the head of the table."""


def standing_text(standing: SweepStanding, measure: str, *, running: bool = True) -> str:
    """Return how far a sweep is, in one line. running: whether its rate and the time that is left are told, too."""
    parts = [f"{standing.done:,} of {standing.wanted:,} points"]
    if running and standing.found:
        parts.append(f"{standing.rate:,.3g} a second")
    if running and standing.found and standing.done < standing.wanted:
        parts.append(f"{duration(standing.left)} left")
    if standing.failed:
        parts.append(f"{standing.failed:,} failed")
    if standing.best is not None:
        value, point = standing.best
        parts.append(f"best {measure} {value:.4g} at {setting_text(point)}")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Return a time for people: `12 s`, `3 min`, `2.5 h`."""
    if not isfinite(seconds):
        return "?"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def setting_text(point: Point) -> str:
    """Return what is set in a point: `rate=0.1, seed 2`."""
    return ", ".join((*(f"{name}={short(value)}" for name, value in point.values), f"seed {point.seed}"))


def short(value: str) -> str:
    """Return a value in four digits where it is a number, unless it is a whole one."""
    try:
        return value if value.isdecimal() else f"{float(value):.4g}"
    except ValueError:
        return value


def table_of(sweep: AskedSweep, done: Done, most: int = SHOWN) -> list[tuple[str, ...]]:
    """Return the best settings as rows of cells, the head first: means of the seeds, and their spread."""
    rows = sorted(rows_of(sweep, done), key=lambda row: row.rank)
    names = [axis.name for axis in sweep.plan.axes]
    staged, failing = sweep.plan.halving is not None, any(row.failed for row in rows[:most])
    measures = [_cut(text) for text in sweep.question.measures]
    head = (*names, *(["updates"] if staged else []), *measures, *(["failed"] if failing else []))
    return [head, *(_cells(row, len(sweep.plan.seeds), staged=staged, failing=failing) for row in rows[:most])]


def _cut(text: str) -> str:
    return text if len(text) <= WIDE else f"{text[: WIDE - 1]}…"


def _cells(row: SettingRow, seeds: int, *, staged: bool, failing: bool) -> tuple[str, ...]:
    values = [short(value) for _, value in row.values]
    pairs = zip(row.means, row.spreads, strict=True)
    numbers = [number_text(mean, spread, row.count - row.failed) for mean, spread in pairs]
    reason = row.why if row.failed == seeds else f"{row.failed} of {row.count}: {row.why}" if row.failed else ""
    return (*values, *([str(row.updates)] if staged else []), *numbers, *([reason] if failing else []))


def number_text(mean: float, spread: float, count: int) -> str:
    """Return what a setting came to: the mean, with the spread where there are several seeds; `-` where there is none."""
    if not isfinite(mean):
        return "-"
    return f"{mean:.4g} ± {spread:.2g}" if count > 1 else f"{mean:.4g}"


def lines_of(sweep: AskedSweep, done: Done, most: int = SHOWN) -> list[str]:
    """Return a line for each setting, in the order of the settings; of more than `most` the best."""
    rows = rows_of(sweep, done)
    if len(rows) > most:
        rows = sorted(sorted(rows, key=lambda row: row.rank)[:most], key=lambda row: row.setting)
    cells = [(*(f"{name}={short(value)}" for name, value in row.values), *_measured(sweep, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def _measured(sweep: AskedSweep, row: SettingRow) -> tuple[str, ...]:
    pairs = zip(sweep.question.measures, row.means, row.spreads, strict=True)
    told = (f"{text} {number_text(mean, spread, row.count - row.failed)}" for text, mean, spread in pairs)
    return (*told, f"failed {row.failed} of {row.count}: {row.why}" if row.failed else "")


def summary(sweep: AskedSweep, done: Done) -> Iterator[str]:
    """Yield what came of a sweep, in sentences."""
    plan = sweep.plan
    failed = sum(bool(result.failed) for result in done.values())
    how = "drawn at random" if plan.drawn is not None else "all of the grid"
    seeds = f" with {len(plan.seeds)} seeds" if len(plan.seeds) > 1 else f", seed {plan.seeds[0]}"
    settings = f"{plan.settings:,} setting{'s' * (plan.settings != 1)}"
    yield f"{sweep.question.name}: {settings}, {how}{seeds}, {updates_text(plan.updates)}"
    if plan.halving is not None:
        yield "stages: " + ", ".join(f"{count:,} for {updates_text(updates)}" for count, updates in plan.stages())
    if len(done) < plan.runs:
        yield f"{len(done):,} of {plan.runs:,} points are done"
    if failed:
        yield f"{failed:,} of {len(done):,} points failed"


def updates_text(updates: int) -> str:
    """Return `300 updates`."""
    return f"{updates:,} update{'s' * (updates != 1)}"
