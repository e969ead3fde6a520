"""The rows above and below a sweep: what it is, what is chosen, how far it is, and what keys do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, Run, clip, link, row, spread, width_of
from gradlab.sweeps.question import Point, Result
from gradlab.sweeps.telling import setting_text, standing_text, updates_text
from gradlab.tui.sweep.sight import SweepSight

if TYPE_CHECKING:
    from gradlab.tui.screens.sweep import SweepScreen

BAR = 10
"""Cells of the bar that says how much is done."""


def header_row(sight: SweepSight | None, path: Path, width: int) -> Row:
    """Return what the sweep is."""
    if sight is None:
        return row((f" {path.name}", "title"))
    plan, question = sight.sweep.plan, sight.sweep.question
    seeds = f"{len(plan.seeds)} seeds" if len(plan.seeds) > 1 else f"seed {plan.seeds[0]}"
    drawn = "drawn" if plan.drawn is not None else "a grid"
    right = f"{plan.settings:,} settings, {drawn} · {seeds} · {updates_text(plan.updates)} "
    left = row((f" {Path(question.name).name}", "title"), (" ▸ sweep over ", "dim"), ", ".join(axis.name for axis in plan.axes))
    if width_of(left) + len(right) > width:
        return clip(left, width)
    return spread(left, row((right, "dim")), width)


def chosen_row(sight: SweepSight | None, runs: Sequence[tuple[Point, Result | None]], at: int, key: str) -> Row:
    """Return the run that is opened, and what came of it."""
    if sight is None or not runs:
        return row((" nothing is chosen", "dim"))
    point, result = runs[at]
    found: list[Run] = [(" ▸ ", "here"), (setting_text(point), "strong")]
    if sight.sweep.plan.halving is not None:
        found.append((f", {updates_text(point.updates)}", ""))
    found.append(("  ", ""))
    measured: dict[str, float] = {}
    if result is None:
        found.append(("not there yet", "dim"))
    elif result.failed:
        found.append((f"failed: {result.failed}", "bad"))
    else:
        measured = dict(zip(sight.sweep.question.measures, result.measured, strict=True))
        first = measured.pop(sight.measure)
        found.append((f"{sight.measure} {first:.6g}", "value"))
    if len(runs) > 1:
        found += [("   ", ""), link(key, "key", Goal(command="sweep-seed")), (f" next of {len(runs)} seeds", "dim")]
    if measured:
        found.append(("   " + "  ".join(f"{text} {value:.6g}" for text, value in measured.items()), "dim"))
    return tuple(found)


def status_row(screen: SweepScreen, width: int) -> Row:
    """Return how far the sweep is, or what there is to say."""
    sight = screen.sight
    if screen.said:
        return row((f" {screen.said}", "warn"))
    if screen.trouble:
        return row((f" {screen.trouble}", "bad"))
    if sight is None:
        return row((" reading …", "dim"))
    standing = sight.standing
    if sight.state == "reading":
        return row((f" reading: {standing.done:,} of {standing.wanted:,} points so far …", "dim"))
    running = screen.running or sight.state == "runs"
    full = round(BAR * standing.done / max(1, standing.wanted))
    bar = row((" " + "█" * full, "value"), ("·" * (BAR - full) + " ", "dim")) if running else row(" ")
    left = (*bar, (standing_text(standing, sight.sweep.question.measures[0], running=running), ""))
    return spread(left, row((f"{_state(screen, sight)} ", "dim")), width)


def _state(screen: SweepScreen, sight: SweepSight) -> str:
    if screen.running:
        return "esc stops, what is done is kept"
    return {"runs": "another process runs it", "broken": f"{screen.shown('go-on')} goes on", "ended": "ended"}[sight.state]


def footer_row(screen: SweepScreen, width: int) -> Row:
    """Return what keys do here, as many as there is room for; each can be clicked."""
    found = row(" ")
    for name, word in _offers(screen):
        goal = Goal(command=f"sweep-{name}") if name != "esc" else Goal(line="esc")
        key = screen.shown(name) if name != "esc" else "esc"
        part = row(link(key, "key", goal), link(f" {word}", "", goal), "  ")
        found = (*found, *part) if width_of(found) + width_of(part) <= width else found
    return found


def _offers(screen: SweepScreen) -> Iterator[tuple[str, str]]:
    """Yield the commands that do something now, the ones that matter most first."""
    sight = screen.sight
    if screen.running:
        yield "esc", "stop"
    if sight is not None and screen.runs:
        yield "open", "open the run"
    yield "help", "help"
    yield "quit", "quit"
    if sight is None:
        return
    if sight.state == "broken" and not screen.running:
        yield "go-on", "go on"
    yield "panel", "list" if screen.focused is screen.canvas else "picture"
    if len(sight.sweep.question.measures) > 1:
        yield "measure", "measure"
    if screen.choices:
        yield "axis", "axis"
    if len(sight.seeds) > 1:
        yield "seed", "seed"
    yield "order", "order"
    if sight.standing.failed:
        yield "failed", "why failed"
    yield "best", "best"
    yield "enlarge", "enlarge"
