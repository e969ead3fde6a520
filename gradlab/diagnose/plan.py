"""How long a run is examined, and with what done in it: what the script of its file does, or what the session has done."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from gradlab.actions._statement import readings
from gradlab.actions.train import Training
from gradlab.axis.journal import Deed
from gradlab.errors import ActionError, GradlabError
from gradlab.lab.core import Core, Stopped
from gradlab.lab.models import carried
from gradlab.outputs import Outputs
from gradlab.session import Lab

EPOCHS, LEAST, MOST = 10, 200, 2_000
"""How long a run without a `train` is examined: so many epochs, and from how many to how many updates."""
REHEARSAL = 0.3
"""The share of the time that a script may take to show what it does to its run."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """How many updates are examined, and which deeds hold in them. source: where the number is from, in a few words."""

    updates: int
    deeds: tuple[Deed, ...] = ()
    source: str = ""


def planned(lab: Core, updates: int | None = None) -> RunPlan:
    """Return what is to be examined of a lab. updates: how many, if a person said so. Raises Stopped."""
    trained, last, behind = _script(lab) if isinstance(lab, Lab) else (0, -1, 0)
    deeds, here = tuple(lab.journal.deeds), lab.position.update if lab.journal.deeds else 0
    if not deeds and last >= 0 and isinstance(lab, Lab):
        deeds, came = _rehearsed(lab, last)
        trained = came + behind
    length = updates or max(trained, here) or min(max(EPOCHS * lab.model.epoch, LEAST), MOST)
    source = "as asked" if updates else "by the script" if trained >= max(here, 1) else "so far" if here else f"{EPOCHS} epochs"
    kept = tuple(deed for deed in deeds if deed.stays and deed.position.update < length)
    return RunPlan(length, kept if lab.journal.origin.update == 0 else (), source)


def _script(lab: Lab) -> tuple[int, int, int]:
    """Return how many updates a script trains, the place of the last line before a training that edits its run, or -1.

    And how many it trains behind that line.
    """
    trained, last, edited, before = 0, -1, -1, 0
    for place, (_, read) in enumerate(readings(lab.script, lab.known)):
        if read is None:
            continue
        action, arguments = read
        if isinstance(arguments, Training):
            whole = lab.run.timeline.per_epoch if arguments.of is None else lab.model.batches
            edited = place if arguments.of is not None else edited
            before = trained if last < edited else before
            trained += arguments.by.number * (whole if arguments.by.unit == "epoch" else 1)
            before = trained if place == edited else before
            last = edited
        elif action.edits:
            edited = place
    return trained, last, trained - before


def _rehearsed(lab: Lab, last: int) -> tuple[tuple[Deed, ...], int]:
    """Return what a script does to its run, by doing the lines of it that do something in a fresh laboratory, up to a place.

    And the update that it comes to: a script may go back and train again.
    """
    twin = lab.fresh(lab.run.origin.seed)
    twin.outputs, twin.on_chunk = Outputs(None), lab.on_chunk
    twin.deadline = None if lab.deadline is None else monotonic() + REHEARSAL * max(0.0, lab.deadline - monotonic())
    twin.in_script = True
    for statement, read in list(readings(twin.script, twin.known))[: last + 1]:
        if read is None or not (read[0].edits or read[0].changes(read[1]) or any(read[0].names(read[1]))):
            continue
        try:
            twin.perform(statement)
            twin.skip_question()
        except Stopped:
            break
        except (ActionError, GradlabError):
            continue
    journal = twin.journal if twin.model.graph is twin.opened.model.graph else carried(twin.run, lab.tape).journal
    return tuple(journal.deeds), twin.position.update
