"""The sum was forgotten: the gradient is a sum over everything that reads the number, and this is one part of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake
from gradlab.lab.why.arrivals import ledger


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return what came by one edge alone; of one element also what came through one number of a reader."""
    if asked.what != "grad":
        return
    nodes, name, many = asked.run.graph.nodes, asked.node.name, len(asked.edges)
    if many > 1:
        for (consumer, _), part in zip(asked.edges, asked.sent, strict=True):
            yield Guess(part, f"that is the part through {nodes[consumer].name} alone: {many} parts add up in {name}")
    if asked.wanted.shape == ():
        element = int(np.arange(asked.node.size).reshape(asked.node.shape)[asked.key])
        found = ledger(asked.run, asked.node.index, element)
        for row in found.rows if found.terms > 1 else ():
            yield Guess(np.asarray(row.part), f"that is the part through {row.name} alone: {found.terms} parts add up")


MISTAKE = Mistake("the sum is forgotten", guesses)
