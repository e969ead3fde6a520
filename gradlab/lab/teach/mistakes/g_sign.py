"""The sign is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake
from gradlab.op import Array


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return the number with the other sign; of a next weight the step in the other direction."""
    if asked.node.name.endswith(".next"):
        for leaf in _before(asked):
            way = "the step goes against the gradient: W - lr · gradient, not W + lr · gradient"
            yield Guess(2 * leaf - asked.value, way)
        return
    yield Guess(-asked.wanted, "the sign is wrong")


def _before(asked: Asked) -> Iterator[Array]:
    run = asked.run
    for leaf, following in run.followers.items():
        if asked.node.index in following:
            committed = run.before if run.before and run.at.op == 0 else {}
            yield committed.get(leaf, run.machine.value(leaf))


MISTAKE = Mistake("the sign is wrong", guesses)
