"""Which rows are for training, for validation and for the test: functions of the seed, every row in one part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlab.arguments import number, whole
from gradlab.errors import ArgumentError
from gradlab.graph.random import Order, permutation

PARTS = ("train", "validation", "test")
OPTIONS: dict[str, Any] = {"test": 0.2, "validation": 0, "folds": None, "fold": 0}
MAX_FOLDS = 10_000


@dataclass(frozen=True, slots=True)
class Parts:
    """How rows are parted.

    test, validation: a share in (0, 1) of all rows, rounded, or a number of rows; 0 for none.
    folds, fold: with k folds the rows fall into k parts, equal up to one row; fold i is the test part, whatever `test` is.
    """

    test: float = 0.2
    validation: float = 0
    folds: int | None = None
    fold: int = 0

    def rows(self, seed: int, n: int, key: str = "") -> dict[str, Order]:
        """Return the rows of each part in rising order, at least one for training. Raises ArgumentError when there is none."""
        order = permutation(seed, 0, n, f"split:{key}")
        first, stop = self._tested(n)
        rest = np.concatenate([order[stop:], order[:first]])
        count = _count(n, self.validation) if self.validation else 0
        if count >= len(rest):
            raise ArgumentError(f"cannot hold out {count} more of {n} rows: the test has {stop - first} already")
        return {"train": np.sort(rest[count:]), "validation": np.sort(rest[:count]), "test": np.sort(order[first:stop])}

    def _tested(self, n: int) -> tuple[int, int]:
        """Return which stretch of the shuffled rows is the test part."""
        if self.folds is not None:
            if self.folds > n:
                raise ArgumentError(f"cannot make {self.folds:,} folds of {n} rows")
            return self.fold * n // self.folds, (self.fold + 1) * n // self.folds
        held = _count(n, self.test) if self.test else 0
        if held and (n < 2 or held >= n):
            raise ArgumentError(f"cannot hold out {held} of {n} rows")
        return 0, held

    def refuse_empty(self, word: str, split: str | None) -> None:
        """Raise ArgumentError for a part that was not put aside."""
        if split == "validation" and not self.validation:
            raise ArgumentError(f"`{word}` holds out no validation part: say how much, such as validation=0.1")
        if split == "test" and not self.test and self.folds is None:
            raise ArgumentError(f"`{word}` holds out no test part: `test` is 0")


def checked_parts(word: str, bound: Mapping[str, Any], split: str | None) -> Parts:
    """Return the parts that the options of a data set ask for. Raises ArgumentError."""
    test, validation = (checked_share(word, name, bound[name]) for name in ("test", "validation"))
    if bound["folds"] is None:
        if bound["fold"] != 0:
            raise ArgumentError(f"`fold` of `{word}` goes with `folds`, how many there are")
        parts = Parts(test, validation)
        parts.refuse_empty(word, split)
        return parts
    folds = whole(word, "folds", bound["folds"], low=2, high=MAX_FOLDS)
    fold = whole(word, "fold", bound["fold"], low=0, high=folds - 1)
    if split is None:
        raise ArgumentError(f'`folds` of `{word}` goes with split="train": the fold is its test part')
    parts = Parts(test, validation, folds, fold)
    parts.refuse_empty(word, split)
    return parts


def _count(n: int, held: float) -> int:
    return max(1, round(n * held) if isinstance(held, float) else held)


def checked_share(word: str, name: str, value: Any) -> float:
    """Return how much is put aside: a share, or a number of rows. Raises ArgumentError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return whole(word, name, value, low=0)
    share = number(word, name, value)
    if not 0 <= share < 1:
        raise ArgumentError(f"`{name}` of `{word}` is a share between 0 and 1 or a number of rows, got {share:g}")
    return share
