"""All layouts of a few panels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, product
from typing import Literal

from gradlab.tui.arrangement.tree import Pane, Split, SplitPart, Tree

NAMES = "abcdefgh"
SIGNS: tuple[Literal["|", "/"], ...] = ("|", "/")


def small_trees(most: int) -> list[Tree]:
    """Return every layout of one panel up to `most`, in which no split stands right inside one of the same direction."""
    return [tree for count in range(1, most + 1) for tree in _of(NAMES[:count], "")]


def _of(names: str, outer: str) -> Iterator[Tree]:
    """Return the layouts of names that stand in a row, inside a split of a direction."""
    if len(names) == 1:
        yield Pane(names)
        return
    for sign in SIGNS:
        for groups in _cuts(names) if sign != outer else ():
            for parts in product(*(list(_of(group, sign)) for group in groups)):
                yield Split(sign, tuple(SplitPart(tree) for tree in parts))


def _cuts(names: str) -> Iterator[list[str]]:
    """Return the ways to cut names that stand in a row into two groups or more."""
    for count in range(1, len(names)):
        for cuts in combinations(range(1, len(names)), count):
            yield [names[start:end] for start, end in pairwise((0, *cuts, len(names)))]
