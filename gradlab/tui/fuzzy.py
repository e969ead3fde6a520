"""Finding names by some of their letters, in their order: `b1wq` finds `block1.W_q`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

SCORED = 200
"""Names that are scored; of more, those go first that have the letters beside one another, then short ones."""


class Haystack:
    """Names to be found. They are looked through as one text: 10,000 in 2 ms, where one after the other takes 10.

    words: for each name the text that may have the letters, such as the name with what it is; the names decide which is best.
    """

    def __init__(self, names: Sequence[str], words: Sequence[str] | None = None) -> None:
        self._names = [name.lower() for name in names]
        texts = [text.lower().replace("\n", " ") for text in (names if words is None else words)]
        self._text = "\n".join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def fitting(self, query: str, most: int = SCORED) -> list[int]:
        """Return the places of the names that have the letters of the query in their order, the best first.

        Without a query all are returned as they are, as many as are wanted.
        """
        wanted = query.strip().lower()
        if not wanted:
            return list(range(min(most, len(self._names))))
        places = self._having(wanted.replace(" ", ""))
        if len(places) > most:
            names = self._names
            places = sorted(places, key=lambda place: (wanted not in names[place], len(names[place])))[:most]
        return self._best_first(wanted, places)

    def _having(self, letters: str) -> list[int]:
        """Return the places of the texts that have some letters in their order."""
        parts = (f"[^\n{re.escape(letter)}]*{re.escape(letter)}" for letter in letters)
        found = re.finditer("^" + "".join(parts), self._text, re.MULTILINE)
        return [bisect_right(self._starts, one.start()) - 1 for one in found]

    def _best_first(self, wanted: str, places: list[int]) -> list[int]:
        from textual.fuzzy import FuzzySearch

        search = FuzzySearch(cache_size=SCORED)
        plain = wanted.replace(" ", "")
        scores = {}
        for place in places:
            text = self._names[place]
            whole = wanted in (text, text.rpartition(".")[2]), text.startswith(wanted), wanted in text
            scores[place] = (*whole, search.match(plain, text)[0], -len(text))
        return sorted(places, key=lambda place: scores[place], reverse=True)
