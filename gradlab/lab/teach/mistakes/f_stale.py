"""An old number was read: that of the update before, or one from before an edit."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.axis.position import State
from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return what the laboratory still shows of an earlier pass, and the gradient of the update before."""
    core, index, name = asked.core, asked.node.index, asked.node.name
    if asked.what == "grad":
        if core.run.grad_state(index) in (State.PAST, State.STALE):
            yield Guess(
                core.run.machine.grad(index).copy(), f"that gradient is stale: {name} has to be asked again after the pass"
            )
        if asked.run.at.update and core.run.timeline.trains:
            before = core.twins.at(core.run.timeline.end(asked.run.at.update - 1, "b"))
            yield Guess(
                before.machine.grad(index).copy(), f"that gradient is stale: it is the one of update {before.at.update}"
            )
    elif core.run.value_state(index) in (State.PAST, State.STALE):
        yield Guess(core.run.machine.value(index).copy(), f"that value is stale: {name} has to be computed again")


MISTAKE = Mistake("an old number is read", guesses)
