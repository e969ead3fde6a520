"""A sweep beside a session: in this process, within its time and its memory, of the scenario as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradlab import __version__
from gradlab.draw.plots import PLOTS, Paper, text_rows
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words, expression
from gradlab.lab.outcome import Event, Line, Outcome
from gradlab.source import Source
from gradlab.sweeps.asking import backend_of, check_expressions, check_values, ends_of
from gradlab.sweeps.engines.inside import Inside
from gradlab.sweeps.lesson import MOST, LessonSweep
from gradlab.sweeps.queries.swept import key
from gradlab.sweeps.question import AskedSweep, SweepPlan, SweepQuestion
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.sweeping import Sweeping
from gradlab.sweeps.table import grid_of
from gradlab.sweeps.telling import lines_of, setting_text
from gradlab.sweeps.templates import PART
from gradlab.sweeps.worker import PointRunner

if TYPE_CHECKING:
    from gradlab.session import Lab

ENDLESS = 1e9
"""Seconds that a point may take: the session's own time ends it."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep within a session has found, for whoever draws it. done: see `gradlab.sweeps.results`."""

    sweep: AskedSweep
    done: Any


def sweep(lab: Lab, wish: LessonSweep) -> Outcome:
    """Run all points beside the session, which does not move; keep what they measured, and say it."""
    lab.need_run()
    asked = _asked(lab, wish)
    seen = lab.environment()
    for text in wish.measures:
        seen.may_read(expression(_words(text, lab)))

    def told(standing: SweepStanding) -> None:
        lab.progress = standing.done / standing.wanted

    sweeping = Sweeping(asked, told=told)
    memory = (lab.memory - lab.tape.bytes) * PART // (PART + 1)  # the rest is for arenas that are kept
    scenario = replace(lab.scenario, overrides=replace(lab.scenario.overrides, memory=max(1, memory)))
    try:
        sweeping.run(Inside(PointRunner(asked.question, scenario, lab.breathe)))
    finally:
        lab.progress = None
    for name, array in grid_of(asked, sweeping.done).items():
        lab.keep(**{key(name): array})
        lab.made_of[key(name)] = tuple(seen.sources)
    lab.swept = Swept(asked, sweeping.done)
    return _told(lab, asked, sweeping)


def _asked(lab: Lab, wish: LessonSweep) -> AskedSweep:
    """Return the sweep. Raises ActionError for what does not go with the model, or is too much."""
    plan = SweepPlan(wish.axes, wish.seeds or (lab.model.seed,), wish.updates, wish.drawn)
    trains = lab.run.timeline.trains
    if wish.updates and not trains:
        raise ActionError("nothing to train: the model has no `minimize`; without `for` it is run through once")
    if plan.size > MOST:
        raise ActionError(f"these are {plan.size:,} runs, allowed are {MOST:,}; `gradlab sweep` runs more")
    check_values(lab.scenario, plan)
    check_expressions(lab.scenario, wish.measures)
    source, overrides = lab.scenario.document.source, lab.scenario.overrides
    backend = backend_of(lab.scenario, lab.backend.wanted)
    question = SweepQuestion(
        source.name, source.text, "", {}, wish.measures, (), backend, lab.tape.dtype.name, lab.model.mode,
        __version__, ENDLESS, overrides.memory, ends_of(plan.axes),
    )  # fmt: skip
    return AskedSweep(question, plan)


def _words(text: str, lab: Lab) -> Words:
    return Words(Source("<measure>", text).span(0, len(text)), lab.known)


def _told(lab: Lab, sweep: AskedSweep, sweeping: Sweeping) -> Outcome:
    """Return what came of it, in lines and as a picture, which is open from now on."""
    lines = tuple(Line("value", text) for text in lines_of(sweep, sweeping.done))
    best = sweeping.standing.best
    why = "all of them failed" if best is None else f"{sweep.question.measures[0]} least at {setting_text(best[1])}"
    ended = Event("end", f"{sweep.plan.size:,} runs", why)
    picture = _pictured(lab, sweep.question.measures[0])
    return Outcome((*lines, *picture), panel="plots", found=lab.swept, event=ended)


def _pictured(lab: Lab, measure: str) -> Iterator[Line]:
    """Open the picture of a measure, and return its rows; none where too many plots are open."""
    kind, paper = PLOTS["sweep"], Paper()
    with suppress(ActionError):
        opened = lab.plots.open(kind, measure, f"sweep {measure}")
        opened.last = None  # of a sweep before
        yield from (Line("picture", text) for text in text_rows(kind, opened.picture(lab, paper), paper))
