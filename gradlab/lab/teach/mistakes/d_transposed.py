"""Rows and columns were exchanged."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return the transposed array; of one element the one that stands across the diagonal."""
    array = asked.grad if asked.what == "grad" else asked.value
    if array.ndim != 2:
        return
    if asked.wanted.shape != ():
        yield Guess(asked.wanted.T, "rows and columns are exchanged: that is the transposed array")
        return
    row, column = (int(i) % n for i, n in zip(asked.key, array.shape, strict=True))
    if row < array.shape[1] and column < array.shape[0]:
        yield Guess(array[column, row], f"rows and columns are exchanged: that is {asked.node.name}[{column}, {row}]")


MISTAKE = Mistake("rows and columns are exchanged", guesses)
