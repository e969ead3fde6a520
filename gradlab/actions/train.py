"""Many updates at full speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._searches import found
from gradlab.actions._telling import foreign_text, losses_since, training_lines
from gradlab.lab import phases
from gradlab.lab.arguments import Move, Words, amount_of_updates, together
from gradlab.lab.core import Stopped
from gradlab.lab.numbers import bare
from gradlab.lab.outcome import Event, Outcome, joined, told
from gradlab.lab.search.breakpoints import run_forth

if TYPE_CHECKING:
    from gradlab.axis.position import Position
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Training:
    """How long, and the place of the objective whose turn it is; None where all take turns."""

    by: Move
    of: int | None = None


def _training(words: Words) -> Training:
    """Read `N [updates|epochs] [of NAME]`."""
    head, of = words.split("of")
    amounts: list[Move] = []
    places: list[int] = []
    together(
        lambda: amounts.append(amount_of_updates(head)),
        lambda: None if of is None else places.append(phases.objective(of)),
    )
    return Training(amounts[0], next(iter(places), None))


def _train(lab: Lab, wanted: Training) -> Outcome:
    """Train, up to the first breakpoint that is met."""
    start, by = lab.position, wanted.by
    updates = by.number * (_epoch(lab, wanted) if by.unit == "epoch" else 1)
    if wanted.of is not None:
        phases.hand_over(lab, wanted.of, updates, lab.statement_text)
    try:
        stopped = _run(lab, updates)
    except Stopped as error:
        raise type(error)(f"{error} · {_left(lab, start, updates)}" if str(error) else "") from None
    lines = told(training_lines(lab, start))
    if stopped is None or stopped.event is None:
        made, foreign = f"trained {updates:,} update{'s' * (updates != 1)}", foreign_text(lab, start)
        ended = Event("end", made, _losses(lab, start), foreign, str(lab.position))
        return joined([stopped or Outcome(), replace(lines, event=ended)])
    return joined([replace(stopped, event=replace(stopped.event, left=_left(lab, start, updates))), lines])


def _run(lab: Lab, updates: int) -> Outcome | None:
    """Train, and return what was met where there are breakpoints."""
    if not lab.stops.breakpoints or not lab.run.timeline.trains:
        lab.train(updates)
        return None
    return found(lab, lab.stops, run_forth(lab, lab.stops.lookouts, None, updates), tell_none=False)


def _losses(lab: Lab, start: Position) -> str:
    """Return how each loss went, in few digits: one number where it was met once."""
    return ", ".join(f"{name} {' → '.join(bare(p[1]) for p in _ends(ps))}" for name, ps in losses_since(lab, start))


def _ends(points: Sequence[tuple[int, float]]) -> Sequence[tuple[int, float]]:
    """Return the first and the last of some points, or the only one."""
    return points[:1] if len(points) == 1 else (points[0], points[-1])


def _left(lab: Lab, start: Position, updates: int) -> str:
    """Return how many of the updates were done, and how many were not."""
    done = lab.position.update - start.update
    return f"{done:,} of {updates:,} updates, {updates - done:,} not run"


def _epoch(lab: Lab, wanted: Training) -> int:
    """Return the updates in which each batch is seen once: by all objectives, or by one of them alone."""
    return lab.run.timeline.per_epoch if wanted.of is None else lab.model.batches


ACTION = Action(
    "train", "N [updates|epochs] [of NAME]",
    "run many updates at full speed; with `of`, all of them by the `minimize` of that loss", _training, _train,
    moves=True,
)  # fmt: skip
