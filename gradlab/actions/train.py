"""Many updates at full speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._searches import found_lines
from gradlab.actions._telling import training_lines
from gradlab.lab import phases
from gradlab.lab.arguments import Move, Words, amount_of_updates, together
from gradlab.lab.outcome import Outcome, told
from gradlab.lab.search.breakpoints import run_forth

if TYPE_CHECKING:
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
    if not lab.stops.breakpoints or not lab.run.timeline.trains:
        lab.train(updates)
        return told(training_lines(lab, start))
    found = run_forth(lab, lab.stops.lookouts, None, updates)
    return told([*found_lines(lab, lab.stops, found, tell_none=False), *training_lines(lab, start)])


def _epoch(lab: Lab, wanted: Training) -> int:
    """Return the updates in which each batch is seen once: by all objectives, or by one of them alone."""
    return lab.run.timeline.per_epoch if wanted.of is None else lab.model.batches


ACTION = Action(
    "train", "N [updates|epochs] [of NAME]",
    "run many updates at full speed; with `of`, all of them by the `minimize` of that loss", _training, _train,
    moves=True,
)  # fmt: skip
