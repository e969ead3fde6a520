"""The standard mistakes in working out a gradient by hand. Each file declares one: what number it leads to, and what to say."""

from __future__ import annotations

from gradlab.lab.teach.mistakes._asked import Asked, Mistake
from gradlab.op import Array
from gradlab.registry import Registry, collect
from gradlab.scenario.assertions import Tolerance

MISTAKES: Registry[Mistake] = collect(__name__, "MISTAKE")


def recognise(asked: Asked, given: Array, close: Tolerance) -> str:
    """Return the sentence about the mistake that leads to the given number, or nothing when none is known that does.

    A mistake that would lead to the right number, too, is no explanation.
    """
    for mistake in MISTAKES.values():
        for guess in mistake.guesses(asked):
            wrong = asked.pick(guess.array)
            if close.excess(wrong, asked.wanted) > 1 and wrong.shape == given.shape and close.excess(given, wrong) <= 1:
                return guess.sentence
    return ""


__all__ = ["MISTAKES", "Asked", "Mistake", "recognise"]
