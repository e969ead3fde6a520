"""A core leaves its run for another one, of the same model or of another, and comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.axis.journal import Deed, Journal
from gradlab.axis.origin import RunOrigin
from gradlab.lab.left import LeftRun
from gradlab.lab.models import carried, kept_model, put_model
from gradlab.lab.undone import TakenBack

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.scenario.model import Scenario


def begin_run(core: Core, origin: RunOrigin, text: str) -> None:
    """Leave the run for another one of the same model. text: as it was said."""
    _leave(core, _left(core, text))
    core.take_up(Journal(core.journal.forward_ops, origin))


def begin_model(core: Core, scenario: Scenario, text: str) -> tuple[str, ...]:
    """Leave the run for one of another model, in which the same is done; return what cannot be done there."""
    left, before, run = _left(core, text), kept_model(core), core.run
    put_model(core, scenario, scenario.known.keeping(core.known.constants))
    moved = carried(run, core.tape)
    _leave(core, replace(left, model=replace(before, carried=len(moved.journal.deeds))))
    core.take_up(moved.journal, core.backend.machine())
    core.go(core.run.timeline.nearest(moved.at))
    return moved.lost


def go_back(core: Core) -> Deed:
    """Stand again where a run was left for the present one, and return what was said then."""
    left, origin = core.left.pop(), core.journal.origin
    here = _present(core, "", left)
    core.undone.append(TakenBack(left.text, (), here.at, left.at, here))
    _take(core, left)
    return Deed(origin.position if left.model is None else left.at, left.text)


def go_on(core: Core, text: str, left: LeftRun) -> None:
    """Stand again in a run that was gone back from. text: what was said when it began."""
    core.left.append(_present(core, text, left))
    _take(core, left)


def _left(core: Core, text: str) -> LeftRun:
    """Return what has to be kept of the present run."""
    return LeftRun.of(text, core.walker, core.marks, core.twins.known)


def _leave(core: Core, left: LeftRun) -> None:
    """Keep a run that is left, and no more of those before it than there is room for: of these nothing that was worked out."""
    core.undone.clear()
    core.left[:] = [replace(one, worked_out={}) for one in core.left]
    core.left.append(left)
    while len(core.left) > 1 and sum(one.size for one in core.left) > core.budget:
        del core.left[0]
    core.marks = {}


def _present(core: Core, text: str, other: LeftRun) -> LeftRun:
    """Return what has to be kept of the present run when it is left for another one: its model, too, if that has another."""
    here = _left(core, text)
    return here if other.model is None else replace(here, model=replace(kept_model(core), carried=other.carried))


def _take(core: Core, left: LeftRun) -> None:
    """Stand where a run was left."""
    if left.model is not None:
        put_model(core, left.model.scenario, left.model.known, left.model.backend)
    core.take_up(left.journal, core.backend.machine() if left.model is not None else None)
    core.marks = left.marks
    left.restore(core.run, core.walker)
    core.go(left.at)
    core.twins.known.update(left.worked_out)
