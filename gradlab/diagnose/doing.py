"""A whole diagnosis of a laboratory: how long it runs, the examination, the questions, within the time that there is."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np

from gradlab import interruption
from gradlab.diagnose.diagnosis import Diagnosis, diagnose
from gradlab.diagnose.examination import Examination, examine
from gradlab.diagnose.plan import planned
from gradlab.lab.core import Core

Stage = Callable[[str], None]
KEPT = "diagnosis"
SHARE = 0.6
"""The share of the time that the run itself may take."""


@np.errstate(all="ignore")
def examined(
    lab: Core, updates: int | None = None, seconds: float | None = None, stage: Stage = lambda text: None
) -> Examination:
    """Return the examination of a fresh twin of a lab; the lab stands where it stood.

    updates: how many are made; without it as many as the script trains.   seconds: until the time is over; without it what the
    head of the file allows.   stage: is told what is being done, at short intervals.
    Raises ActionError where nothing is computed, BoundError where there is no memory.
    """
    lab.need_run()
    allowed = lab.scenario.document.head.timeout if seconds is None else seconds
    began = monotonic()
    twin = lab.fresh(lab.run.origin.seed)
    twin.on_chunk = lambda: stage("")
    twin.deadline = began + SHARE * allowed
    plan = planned(lab, updates)
    loaded = lab.journal.origin if lab.journal.origin.source else None
    found = examine(twin, plan.updates, plan.deeds, stage, loaded)
    found.lab.deadline = began + allowed
    return found


@np.errstate(all="ignore")
def diagnosed(
    lab: Core, updates: int | None = None, seconds: float | None = None, *, fix: bool = True, stage: Stage = lambda text: None
) -> Diagnosis:
    """Return what is wrong with a lab. See `examined`. fix: whether fixes are tried."""
    examination = examined(lab, updates, seconds, stage)
    found = diagnose(examination, fix=fix, stage=stage)
    interruption.look()
    lab.twins.known[KEPT] = examination, found
    return found


def known(lab: Core) -> tuple[Examination, Diagnosis]:
    """Return the last diagnosis of a lab, with what it was made of; one is made where there is none since the last edit."""
    if KEPT not in lab.twins.known:
        diagnosed(lab)
    found: tuple[Examination, Diagnosis] = lab.twins.known[KEPT]
    return found


def last(lab: Core) -> Diagnosis | None:
    """Return the last diagnosis of a lab, None where there is none since the last edit."""
    found: tuple[Examination, Diagnosis] | None = lab.twins.known.get(KEPT)
    return None if found is None else found[1]
