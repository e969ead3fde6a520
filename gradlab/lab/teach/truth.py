"""The right answer to a question: what it asks for at the first position, from there on, at which that is final.

A past number is of an update that was over when the question was asked, and no answer; it is one where the update that made it
has just ended. What was edited before the number was final is another run: then there is no right answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.environment import NotReady
from gradlab.axis.journal import BackwardAgain, Deed, ForwardAgain, Refresh
from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import Position, State
from gradlab.axis.run import Run
from gradlab.errors import GradlabError
from gradlab.graph.cuts import why_unreached
from gradlab.lab.core import Stopped
from gradlab.lab.twins import CoreEnvironment
from gradlab.op import Array
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.core import Core


@dataclass(frozen=True, slots=True)
class Truth:
    """The right answer as float64.

    position, deeds, origin: where the run stood that gave it, what had been done by then, and where that run begins.
    """

    value: Array
    position: Position
    deeds: tuple[Deed, ...]
    origin: RunOrigin


class FinalEnvironment(CoreEnvironment):
    """Reads what is final, and gradients that come from a root.

    past: whether that includes what the last update has left behind.   root: the node that gradients are asked of, or None.
    """

    def __init__(self, core: Core, run: Run, *, past: bool, root: int | None = None) -> None:
        super().__init__(core, run)
        self.past, self.root = past, root

    def value_of(self, index: int, name: str) -> Array:
        """Return the value of a node. Raises NotReady."""
        if not self.past and self.run.value_state(index) is State.PAST:
            raise NotReady(f"`{name}` is of update {self.run.at.update - 1} at {self.run.at}")
        return super().value_of(index, name)

    def grad_of(self, index: int, name: str) -> Array:
        """Return the gradient of a node. Raises NotReady."""
        state = self.run.grad_state(index)
        if not self.past and (state is State.PAST or (state is State.UNREACHED and self.run.at.phase == "f")):
            raise NotReady(f"grad({name}) is not there yet at {self.run.at}")
        found, nodes = super().grad_of(index, name), self.run.graph.nodes
        at = self.run.root_of(self.run.at.update - (self.run.at.phase == "f"))
        if state is State.UNREACHED:
            to = "" if at is None else f" to `{nodes[at].name}`{why_unreached(self.run.tape, at, index)}"
            raise NotReady(f"no path leads from `{name}`{to}")
        if self.root is not None and at is not None and at != self.root:
            raise NotReady(f"grad({name}) is that of `{nodes[at].name}` at {self.run.at}, not of `{nodes[self.root].name}`")
        return found

    def update(self, name: str) -> Array:
        """Return what the update adds to a parameter. Raises NotReady."""
        if not self.past and self.run.at.phase == "f":
            raise NotReady(f"this update of `{name}` has not been made at {self.run.at}")
        return super().update(name)


class FirstTruth:
    """Looks, whenever a core has moved, whether an expression has become final for the first time.

    truth: what it was then.   why: what kept it from being read last.   broken: whether something was edited before.
    """

    def __init__(self, core: Core, asked: Expression, root: int | None = None) -> None:
        self.core, self.asked, self.root = core, asked, root
        self.truth: Truth | None = None
        self.why = ""
        self.broken = False
        self._start = self._seen = core.position
        self._edits, self._origin = _edits(core), core.journal.origin
        self._looking = False

    def look(self) -> bool:
        """Look at the ends of phases that were passed since the last look, then at the present position.

        Returns whether there is nothing more to look for.
        """
        if self.truth is None and not self.broken and not self._looking:
            self._looking = True
            try:
                self._look()
            finally:
                self._looking = False
        return self.truth is not None or self.broken

    def _look(self) -> None:
        core = self.core
        if core.journal.origin is not self._origin:
            self.broken, self.why = True, f"another run is begun before {self.asked.text} is final"
            return
        if _edits(core) != self._edits:
            self.broken, self.why = True, f"something is edited at {core.position}, before {self.asked.text} is final"
            return
        for place in (*self._passed(), core.position):
            ended = place == Position(place.update) and place.update > self._start.update
            there = place == core.position and (bool(core.run.before) or not ended)  # at full speed nothing is kept of before
            run = core.run if there else core.twins.at(place)
            value, why = _final(core, run, self.asked, past=ended, root=self.root)
            if value is not None:
                self.truth = Truth(value, place, tuple(core.journal.deeds), core.journal.origin)
                return
            self.why = why
        self._seen = core.position

    def _passed(self) -> Iterator[Position]:
        """Return the ends of phases between the last look and now, of updates until all turns were taken, and one more."""
        core, first = self.core, self._start.update
        for update in range(first, min(core.position.update, first + max(1, core.run.turns.cycle)) + 1):
            yield from (place for place in _ends(core, update) if self._seen < place < core.position)


def by_default(core: Core, asked: Expression, root: int | None = None) -> tuple[Truth | None, str]:
    """Return the right answer if the run goes on to the end of this update as it is; without one, why there is none.

    root: the node that gradients are asked of; for another one than that of this update the backward pass is run again.
    """
    here, reason = core.position, ""
    if root is not None and root != core.run.root_of(here.update):
        return _from_root(core, asked, root)
    for place in (here, *(place for place in _ends(core, here.update) if place > here)):
        value, why = _final(core, core.run if place == here else core.twins.at(place), asked, past=place.update > here.update)
        if value is not None:
            return Truth(value, place, tuple(core.journal.deeds), core.journal.origin), ""
        reason = why
    value, why = _final(core, core.run, asked, past=True)
    return (None, reason) if value is None else (Truth(value, here, tuple(core.journal.deeds), core.journal.origin), "")


def _from_root(core: Core, asked: Expression, root: int) -> tuple[Truth | None, str]:
    """Return the right answer if the backward pass of this update is that from a root; without one, why there is none."""
    update = core.position.update
    begins = max(core.position, core.run.timeline.end(update, "f"))
    deeds = (*core.journal.deeds, BackwardAgain(begins, f"backward {core.graph.nodes[root].name}", root))
    ahead = core.twins.at(Position(update, "b", 0), deeds)
    place = ahead.timeline.end(update, "b")
    value, why = _final(core, core.twins.at(place, deeds), asked, past=False, root=root)
    return (None, why) if value is None else (Truth(value, place, deeds, core.journal.origin), "")


def run_of(core: Core, truth: Truth) -> Run:
    """Return the run that gave an answer; it is made again if the core has left it."""
    same = truth.origin is core.journal.origin and truth.deeds == tuple(core.journal.deeds)
    there = same and core.position == truth.position
    return core.run if there else core.twins.at(truth.position, truth.deeds, truth.origin)


def _ends(core: Core, update: int) -> list[Position]:
    """Return the ends of the phases of an update; of the last one also where all is made and nothing committed."""
    timeline = core.run.timeline
    found = [timeline.end(update, "f")]
    if timeline.roots(update) is not None:
        found.append(timeline.end(update, "b"))
        if timeline.trains:
            found += [Position(update, "u", max(0, timeline.count(update, "u") - 1)), Position(update + 1)]
    return found


def _final(
    core: Core, run: Run, asked: Expression, *, past: bool, root: int | None = None
) -> tuple[Array | None, str]:  # fmt: skip
    """Return an expression as a run has it, if all that it reads is final; else None, and why. Raises Stopped."""
    try:
        return np.asarray(asked.evaluate(FinalEnvironment(core, run, past=past, root=root)), np.float64), ""
    except Stopped:
        raise
    except GradlabError as error:
        return None, str(error).removeprefix("error: ").partition("\n")[0]


def _edits(core: Core) -> tuple[Deed, ...]:
    """Return what was done, without what only runs a phase again."""
    return tuple(deed for deed in core.journal.deeds if not isinstance(deed, Refresh | ForwardAgain | BackwardAgain))
