"""A data set as a model uses it: split, scaled, and dealt out in batches that are functions of (seed, update)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from gradlab.arguments import bind, choice, number, whole
from gradlab.data.dataset import Dataset, Floats, Rows, Scale
from gradlab.errors import ArgumentError
from gradlab.graph.random import Order, permutation
from gradlab.op import Shape

OPTIONS: dict[str, Any] = {"split": None, "batch": None, "test": 0.2, "scale": "default", "target": "class"}
"""What every data set takes behind its own arguments."""

Own = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One use of a data set.

    own: the data set's own arguments.
    split: "train", "test", or None for all rows.   test: the share, or the number, of rows that are held out.
    batch: rows in one update, or None for the whole split.
    scale: None leaves x; a number divides it; "standard" gives each feature mean 0 and variance 1, "unit" 0 to 1, both by the
    training rows alone. A feature that never changes is only moved.
    target: t as "class" numbers (n,), as a "column" (n, 1), or "onehot" (n, classes).
    """

    dataset: Dataset
    own: Own
    split: str | None
    batch: int | None
    test: float
    scale: Scale
    target: str

    def rows(self, seed: int) -> Rows:
        """Give x and t of the split; the arrays are read-only."""
        return _rows(self.dataset, self.own, self.split, self.test, self.scale, self.target, seed)

    def feeds(self, seed: int) -> tuple[Batches, Batches]:
        """Give the feeds of x and t. The shapes do not depend on the seed, but need the data once. Raises ArgumentError."""
        x, t = self.rows(seed)
        if self.batch is not None and self.batch > len(x):
            raise ArgumentError(f"`batch` of `{self.dataset.name}` is at most {len(x)}, the rows that it has, got {self.batch}")
        rows = self.batch or len(x)
        per_epoch = len(x) // rows
        first = Batches(self, "x", (rows, *x.shape[1:]), len(x), per_epoch)
        return first, replace(first, which="t", shape=(rows, *t.shape[1:]))

    def part(self, split: str) -> Table:
        """Give a split ("train", "test") of the same data as one batch. Raises ArgumentError when nothing was held out."""
        if self.split is None:
            raise ArgumentError(f'nothing of `{self.dataset.name}` is held out: load it with split="train"')
        return replace(self, split=split, batch=None)


@dataclass(frozen=True, slots=True)
class Batches:
    """The feed of x or t: rows gathered by a permutation of the epoch; what is left over at its end is left out.

    shape: of one batch.   total: rows of the split.   updates_per_epoch: at least 1.
    """

    table: Table
    which: Literal["x", "t"]
    shape: Shape
    total: int
    updates_per_epoch: int

    @property
    def varies(self) -> bool:
        """Whether the value is another one in every update."""
        return self.table.batch is not None

    def value(self, seed: int, update: int) -> Floats:
        """Give the batch of an update, or the whole split."""
        array = self.table.rows(seed)[self.which == "t"]
        return array[self.order(seed, update)] if self.varies else array

    def order(self, seed: int, update: int) -> Order:
        """Give which rows of the split an update sees, in their order."""
        if not self.varies:
            return np.arange(self.total)
        epoch, step = divmod(update, self.updates_per_epoch)
        order = permutation(seed, epoch, self.total, f"batch:{self.table.dataset.name}")
        return order[step * self.shape[0] : (step + 1) * self.shape[0]]


def open_table(dataset: Dataset, **named: Any) -> Table:
    """Give a use of a data set. Raises ArgumentError for arguments that it does not take, before anything is read."""
    word = dataset.name
    bound = bind(word, {**dataset.parameters, **OPTIONS}, (), named)
    scale = dataset.scale if bound["scale"] == "default" else _checked_scale(word, bound["scale"])
    batch = bound["batch"] if bound["batch"] is None else whole(word, "batch", bound["batch"])
    target = choice(word, "target", bound["target"], ("class", "column", "onehot"))
    if target == "onehot" and dataset.classes == 0:
        raise ArgumentError(f'`{word}` has no classes: `target` is "class" for the numbers themselves, or "column"')
    own = tuple((name, bound[name]) for name in dataset.parameters)
    split = choice(word, "split", bound["split"], (None, "train", "test"))
    return Table(dataset, own, split, batch, _checked_share(word, bound["test"]), scale, target)


def split_rows(seed: int, n: int, test: float, key: str = "") -> tuple[Order, Order]:
    """Give the rows of the training and of the test part, both in rising order; at least one row each.

    test: a share in (0, 1), rounded to whole rows, or a number of rows. Raises ArgumentError when no rows would be left.
    """
    held = round(n * test) if isinstance(test, float) else test
    if n < 2 or not 1 <= max(held, 1) < n:
        raise ArgumentError(f"cannot hold out {held} of {n} rows")
    order = permutation(seed, 0, n, f"split:{key}")
    held = max(held, 1)
    return np.sort(order[held:]), np.sort(order[:held])


@lru_cache(maxsize=8)
def _loaded(dataset: Dataset, own: Own, seed: int) -> Rows:
    x, t = dataset.load(seed, **dict(own))
    return np.ascontiguousarray(x, np.float64), np.ascontiguousarray(t, np.float64)


@lru_cache(maxsize=16)
def _rows(dataset: Dataset, own: Own, split: str | None, test: float, scale: Scale, target: str, seed: int) -> Rows:
    x, t = _loaded(dataset, own, seed if dataset.drawn else 0)
    train = here = np.arange(len(x))
    if split is not None:
        train, held = split_rows(seed, len(x), test, dataset.name)
        here = held if split == "test" else train
    x, t = scaled(x, x[train], scale)[here], shaped(t, target)[here]
    x.flags.writeable = t.flags.writeable = False
    return x, t


def scaled(x: Floats, train: Floats, scale: Scale) -> Floats:
    """Give x scaled by the statistics of the training rows; see `Table`. A new array."""
    if scale is None:
        return x.copy()
    if not isinstance(scale, str):
        return x / scale
    if scale == "standard":
        middle, width = train.mean(axis=0), train.std(axis=0)
    else:
        middle = train.min(axis=0)
        width = train.max(axis=0) - middle
    return np.asarray((x - middle) / np.where(width > 0, width, 1.0), np.float64)


def shaped(t: Floats, target: str) -> Floats:
    """Give class numbers t (n,) as they are, as a column (n, 1) or one-hot (n, classes). A new array."""
    if target == "column":
        return t.reshape(-1, 1).copy()
    if target == "onehot":
        return np.asarray(t[:, None] == np.arange(t.max() + 1), np.float64)
    return t.copy()


def _checked_scale(word: str, scale: Any) -> Scale:
    if scale is None or isinstance(scale, str):
        allowed: Scale = choice(word, "scale", scale, (None, "standard", "unit"))
        return allowed
    if number(word, "scale", scale) == 0:
        raise ArgumentError(f"`scale` of `{word}` divides: it cannot be 0")
    return float(scale)


def _checked_share(word: str, test: Any) -> float:
    if isinstance(test, int) and not isinstance(test, bool):
        return whole(word, "test", test)
    share = number(word, "test", test)
    if not 0 < share < 1:
        raise ArgumentError(f"`test` of `{word}` is a share between 0 and 1 or a number of rows, got {share:g}")
    return share
