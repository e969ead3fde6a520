"""Many runs of the scenario beside the session, with something set to other values, and what they measure at their end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradlab import __version__
from gradlab.actions._action import Action
from gradlab.errors import ActionError, ArgumentError
from gradlab.graph.machines import at_full_speed
from gradlab.lab.arguments import Words, expression, integer, together
from gradlab.lab.outcome import Event, Line, Outcome
from gradlab.sweeps.asking import check_expressions, check_values, ends_of
from gradlab.sweeps.engines.inside import Inside
from gradlab.sweeps.queries.swept import key
from gradlab.sweeps.question import AskedSweep, SweepPlan, SweepQuestion
from gradlab.sweeps.sweeping import Sweeping, SweepStanding
from gradlab.sweeps.table import grid_of
from gradlab.sweeps.telling import lines_of, setting_text
from gradlab.sweeps.templates import PART
from gradlab.sweeps.values import NAME, OWN, Axis, axis_of, read_seeds
from gradlab.sweeps.worker import PointRunner

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST = 10_000
"""Points of a sweep within a session."""
ENDLESS = 1e9
"""Seconds that a point may take: the session's own time ends it."""
OP = 2.5e-6
"""Seconds that an op takes without kernels, about: of a small graph."""
PATIENCE = 2.0
"""Seconds of work from which it pays to wait for kernels."""
_SETTING = re.compile(rf"\s*({NAME})\s*=(?!=)")
_RANDOM = re.compile(r"\s*random\s+(\S+)\s")


@dataclass(frozen=True, slots=True)
class LessonSweep:
    """What is asked for: what is gone over, the seeds (none for that of the session), the updates, what is measured.

    drawn: how many settings are drawn at random; None for all.
    """

    axes: tuple[Axis, ...]
    seeds: tuple[int, ...]
    updates: int
    measures: tuple[str, ...]
    drawn: int | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep within a session has found, for whoever draws it. done: see `gradlab.sweeps.results`."""

    sweep: AskedSweep
    done: Any


def _wish(words: Words) -> LessonSweep:
    """Read `[random N] NAME=VALUES… [seeds A..B] [for N updates] measure EXPR [measure EXPR …]`."""
    head, measured = words.split("measure")
    if measured is None:
        words.refuse("what is measured? for instance `sweep lr=log(1e-3, 1, 4) for 100 updates measure loss`")
    head, length = head.split("for")
    head, seeds = head.split("seeds")
    drawn, head = _drawn(head)
    texts = list(_measures(measured))
    found: list[Any] = [(), (), 0]
    together(
        lambda: found.__setitem__(0, tuple(_axes(head, drawn=drawn is not None))),
        lambda: found.__setitem__(1, () if seeds is None else _seeds(seeds)),
        lambda: found.__setitem__(2, 0 if length is None else _updates(length)),
        *(lambda part=part: expression(part) for part in texts),
    )
    return LessonSweep(found[0], found[1], found[2], tuple(part.text for part in texts), drawn)


def _drawn(head: Words) -> tuple[int | None, Words]:
    """Return how many settings are drawn, None for a grid, and what stands behind that."""
    found = _RANDOM.match(head.span.text)
    if found is None:
        return None, head
    behind = head.within(head.span.part(found.end(), len(head.span.text)))
    return integer(head, head.span.part(*found.span(1)), 1, MOST), behind


def _measures(words: Words) -> Iterator[Words]:
    rest: Words | None = words
    while rest is not None:
        part, rest = rest.split("measure")
        if not part.text:
            words.refuse("an expression is missing behind `measure`", part.span)
        yield part


def _axes(head: Words, *, drawn: bool) -> Iterator[Axis]:
    """Read what is gone over: `NAME=VALUES`, one behind the other."""
    starts = list(_names(head))
    if not starts or head.span.text[: starts[0][1]].strip():
        head.refuse("what does it go over? for instance `lr=log(1e-3, 1, 4)`, or `init=[he, xavier]`")
    ends = [start for _, start, _ in starts[1:]] + [len(head.span.text)]
    seen: set[str] = set()
    for (name, start, behind), end in zip(starts, ends, strict=True):
        at = head.span.part(start, behind)
        if name in OWN or name in seen:
            head.refuse(
                f"a sweep does not go over `{name}`" if name in OWN else f"it goes over `{name}` twice", at, OWN.get(name, "")
            )
        seen.add(name)
        yield axis_of(name, head.span.part(behind, end), drawn=drawn)


def _names(head: Words) -> Iterator[tuple[str, int, int]]:
    """Yield each name that stands before a `=` outside of brackets: where it begins, and where its values do."""
    text, depth, place = head.span.text, 0, 0
    while place < len(text):
        found = _SETTING.match(text, place) if depth == 0 and (not place or text[place - 1] in " \t])") else None
        if found is not None:
            yield found[1], found.start(1), found.end()
            place = found.end()
            continue
        depth += (text[place] in "([{") - (text[place] in ")]}")
        place += 1


def _seeds(words: Words) -> tuple[int, ...]:
    try:
        return read_seeds(words.text)
    except ArgumentError as error:
        words.refuse(str(error), words.span)


def _updates(words: Words) -> int:
    given = list(words)
    if not given or len(given) > 2 or (len(given) == 2 and given[1].text not in ("update", "updates")):
        words.refuse("for how long? `for 100 updates`")
    return integer(words, given[0], 1, 10**9)


def _sweep(lab: Lab, wish: LessonSweep) -> Outcome:
    """Run all points beside the session, which does not move; keep what they measured, and say it."""
    lab.need_run()
    sweep = _asked(lab, wish)
    seen = lab.environment()
    for text in wish.measures:
        seen.may_read(expression(_words(text, lab)))

    def told(standing: SweepStanding) -> None:
        lab.progress = standing.done / standing.wanted

    sweeping = Sweeping(sweep, told=told)
    memory = (lab.memory - lab.tape.bytes) * PART // (PART + 1)  # the rest is for arenas that are kept
    scenario = replace(lab.scenario, overrides=replace(lab.scenario.overrides, memory=max(1, memory)))
    try:
        sweeping.run(Inside(PointRunner(sweep.question, scenario, lab.breathe)))
    finally:
        lab.progress = None
    for name, array in grid_of(sweep, sweeping.done).items():
        lab.keep(**{key(name): array})
        lab.made_of[key(name)] = tuple(seen.sources)
    return _told(sweep, sweeping)


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
    question = SweepQuestion(
        source.name, source.text, "", {}, wish.measures, (), _backend(lab, plan), lab.tape.dtype.name, lab.model.mode,
        __version__, ENDLESS, overrides.memory, ends_of(plan.axes),
    )  # fmt: skip
    return AskedSweep(question, plan)


def _backend(lab: Lab, plan: SweepPlan) -> str:
    """Return the machine of all points: with `auto` the one at full speed where it is ready, or worth being waited for."""
    seconds = plan.size * max(1, plan.updates) * len(lab.graph.nodes) * OP
    name = lab.backend.beside(lab.tape, seconds)
    fast = at_full_speed(lab.tape.dtype.name)
    return fast.name if lab.backend.wanted == "auto" and fast is not None and seconds > PATIENCE else name


def _words(text: str, lab: Lab) -> Words:
    from gradlab.source import Source

    return Words(Source("<measure>", text).span(0, len(text)), lab.known)


def _told(sweep: AskedSweep, sweeping: Sweeping) -> Outcome:
    lines = tuple(Line("value", text) for text in lines_of(sweep, sweeping.done))
    best = sweeping.standing.best
    why = "all of them failed" if best is None else f"{sweep.question.measures[0]} least at {setting_text(best[1])}"
    ended = Event("end", f"{sweep.plan.size:,} runs", why)
    return Outcome(lines, found=Swept(sweep, sweeping.done), event=ended)


def _kept(wish: LessonSweep) -> tuple[str, ...]:
    """Return the names of what expressions behind it may read."""
    names = [axis.name for axis in wish.axes if wish.drawn is not None or axis.numbers is not None]
    return tuple(map(key, (*names, *wish.measures)))


ACTION = Action(
    "sweep",
    "[random N] NAME=VALUES… [seeds A..B] [for N updates] measure EXPR…",
    "run the scenario beside this session with other values of an argument or a variable, `lr=log(1e-3, 1, 4)`, `lin(a, b, n)`"
    " or `[a, b, c]`, train, and measure; `swept(\"EXPR\")` reads the numbers",
    _wish, _sweep, names=_kept, stands=True,
)  # fmt: skip
