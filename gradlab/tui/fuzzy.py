"""Finding names by some of their letters, in their order: `b1wq` finds `block1.W_q`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
SCORED = 200
"""Names that are scored; of more, those go first that have the letters beside one another, then short ones."""


def fitting(
    query: str, things: Sequence[Thing], name: Callable[[Thing], str], words: Callable[[Thing], str] | None = None,
    most: int = SCORED,
) -> list[Thing]:  # fmt: skip
    """Return the things whose names have the letters of the query in their order, the best first.

    words: what else of a thing may have the letters; the names decide which is the best.
    Without a query all are returned as they are, as many as are wanted.
    """
    wanted = query.strip().lower()
    if not wanted:
        return list(things[:most])
    pattern = re.compile(".*?".join(re.escape(letter) for letter in wanted if letter != " "), re.DOTALL)
    found = [(thing, name(thing).lower()) for thing in things if pattern.search((words or name)(thing).lower())]
    if len(found) > most:
        found = sorted(found, key=lambda pair: (wanted not in pair[1], len(pair[1])))[:most]
    from textual.fuzzy import FuzzySearch

    search = FuzzySearch(cache_size=SCORED)
    plain = wanted.replace(" ", "")
    scores = [
        (wanted == text, text.startswith(wanted), wanted in text, search.match(plain, text)[0], -len(text)) for _, text in found
    ]
    order = sorted(range(len(found)), key=lambda place: scores[place], reverse=True)
    return [found[place][0] for place in order]
