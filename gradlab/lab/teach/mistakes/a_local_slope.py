"""The local slope was forgotten: what arrived at the reader was passed on as it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.graph.machines.plain import unbroadcast
from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return the sum of what arrived, with the slope of the readers taken as 1; each reader alone, then all of them."""
    if asked.what != "grad" or not asked.edges:
        return
    nodes = asked.run.graph.nodes
    plain = list(asked.sent)
    for place, (consumer, _) in enumerate(asked.edges):
        reader = nodes[consumer]
        if reader.op.kind != "elementwise":
            continue
        plain[place] = unbroadcast(np.asarray(asked.run.machine.grad(consumer), np.float64), asked.node.shape)
        one = [*asked.sent[:place], plain[place], *asked.sent[place + 1 :]]
        slope = f"∂{reader.name}/∂{asked.node.name}"
        yield Guess(_total(one), f"the local slope is missing: what arrives at {reader.name} is multiplied by {slope}")
    yield Guess(_total(plain), f"the local slopes of what reads {asked.node.name} are missing")


def _total(parts: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(np.sum(parts, axis=0), np.float64)


MISTAKE = Mistake("the local slope is forgotten", guesses)
