"""A data set as a model uses it: split, prepared, and dealt out in batches that are functions of (seed, update)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from gradlab.arguments import bind, choice, whole
from gradlab.data import splits
from gradlab.data.augmentation import Augmentation, checked, image_of, parsed
from gradlab.data.augmentations import AUGMENTATIONS
from gradlab.data.dataset import Dataset, Floats, Rows, Scale
from gradlab.data.scaling import Transform, checked_components, checked_scale, filled, fitted
from gradlab.data.splits import PARTS, Parts, checked_parts
from gradlab.errors import ArgumentError
from gradlab.graph.random import Order, Stream, permutation
from gradlab.op import Shape

OPTIONS: dict[str, Any] = {
    "split": None, "batch": None, "shuffle": True, **splits.OPTIONS, "scale": "default", "components": None, "target": "class",
    "augment": None,
}  # fmt: skip
"""What every data set takes behind its own arguments."""

Own = tuple[tuple[str, Any, type], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One use of a data set.

    own: the data set's own arguments: name, value, and its type, since 1 and True are equal but not both allowed.
    split: "train", "validation", "test", or None for all rows.   parts: how rows are parted.
    batch: rows in one update, or None for the whole split.
    scale, components: how x is prepared by what the training rows say (see `gradlab.data.scaling`).
    target: t as "class" numbers (n,), as a "column" (n, 1), or "onehot" (n, classes).
    shuffle: whether each epoch deals out the rows in another order; else they come as they stand.
    augment: how raw training rows are changed, anew in every update, before they are prepared.
    """

    dataset: Dataset
    own: Own
    split: str | None
    batch: int | None
    parts: Parts
    scale: Scale
    components: int | None
    target: str
    augment: tuple[Augmentation, ...] = ()
    shuffle: bool = True

    def rows(self, seed: int) -> Rows:
        """Return x and t of the split, not augmented; the arrays are read-only. Raises ArgumentError."""
        return _rows(replace(self, batch=None, augment=()), seed)

    def feeds(self, seed: int) -> tuple[Batches, Batches]:
        """Return the feeds of x and t. The shapes do not depend on the seed, but need the data once. Raises ArgumentError."""
        x, t = self.rows(seed)
        if self.batch is not None and self.batch > len(x):
            raise ArgumentError(f"`batch` of `{self.dataset.name}` is at most {len(x)}, the rows that it has, got {self.batch}")
        if self.augment:
            row = _raw(replace(self, batch=None, augment=()), seed).x.shape[1:]
            checked(self.dataset.name, self.augment, row, image_of(row, self.dataset.image))
        rows = self.batch or len(x)
        per_epoch = len(x) // rows
        first = Batches(self, "x", (rows, *x.shape[1:]), len(x), per_epoch)
        return first, Batches(self, "t", (rows, *t.shape[1:]), len(x), per_epoch)

    def augmented(self, seed: int, update: int, order: Order) -> Floats:
        """Return some rows of the split as they are in an update: changed while they are raw, then prepared."""
        raw = _raw(replace(self, batch=None, augment=()), seed)
        x = raw.x[order]
        image = image_of(x.shape[1:], self.dataset.image)
        for place, one in enumerate(self.augment):
            stream = Stream(seed, f"augment:{self.dataset.name}:{place}:{one.name}", update)
            x = one.apply(stream, x, raw.spread, image)
        return raw.transform.apply(x)

    def held_out_from(self, other: Table) -> bool:
        """Return whether the rows were put aside when the other's training rows were dealt out."""
        return other.split == "train" and self.is_of_one(other) and self.parts == other.parts

    def shared(self, other: Table, seed: int) -> int:
        """Return how many rows two splits of the same data have in common; 0 for one split, or for other data."""
        if None in (self.split, other.split) or self.split == other.split or not self.is_of_one(other):
            return 0
        counts = [len(_loaded(t.dataset, t.own, seed if t.dataset.drawn else 0)[0]) for t in (self, other)]
        if counts[0] != counts[1]:
            return 0
        mine, others = (t.parts.rows(seed, counts[0], t.dataset.name)[str(t.split)] for t in (self, other))
        return len(np.intersect1d(mine, others))

    def unseen(self, seed: int) -> list[str]:
        """Return the labels that no training row has."""
        if self.split is None or not self.dataset.labels:
            return []
        t = _loaded(self.dataset, self.own, seed if self.dataset.drawn else 0)[1]
        train = self.parts.rows(seed, len(t), self.dataset.name)["train"]
        return [self.dataset.labels[int(number)] for number in np.setdiff1d(t, t[train])]

    def is_of_one(self, other: Table) -> bool:
        """Return whether both are uses of the same data."""
        return (self.dataset.name, self.own) == (other.dataset.name, other.own)

    def part(self, split: str) -> Table:
        """Return a split of the same data as one batch, not augmented. Raises ArgumentError when nothing was held out."""
        if self.split is None:
            raise ArgumentError(f'nothing of `{self.dataset.name}` is held out: load it with split="train"')
        self.parts.refuse_empty(self.dataset.name, split)
        return replace(self, split=split, batch=None, augment=())


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
    _rows: dict[int, Floats] = field(default_factory=dict, compare=False, repr=False)

    @property
    def varies(self) -> bool:
        """Whether the value is another one in every update."""
        return self.table.batch is not None or (self.which == "x" and bool(self.table.augment))

    def value(self, seed: int, update: int) -> Floats:
        """Return the batch of an update, or the whole split."""
        if self.which == "x" and self.table.augment:
            return self.table.augmented(seed, update, self.order(seed, update))
        array = self._all(seed)
        return array[self.order(seed, update)] if self.varies else array

    def _all(self, seed: int) -> Floats:
        """Return all rows of the split; to look them up by the whole table costs half as much as a small network's update."""
        if seed not in self._rows:
            self._rows.clear()
            self._rows[seed] = self.table.rows(seed)[self.which == "t"]
        return self._rows[seed]

    def order(self, seed: int, update: int) -> Order:
        """Return which rows of the split an update sees, in their order."""
        if self.table.batch is None:
            return np.arange(self.total)
        epoch, step = divmod(update, self.updates_per_epoch)
        order = np.arange(self.total)
        if self.table.shuffle:
            order = permutation(seed, epoch, self.total, f"batch:{self.table.dataset.name}")
        return order[step * self.shape[0] : (step + 1) * self.shape[0]]


def open_table(dataset: Dataset, **named: Any) -> Table:
    """Return a use of a data set. Raises ArgumentError for arguments that it does not take, before anything is read."""
    word = dataset.name
    bound = bind(word, {**dataset.parameters, **OPTIONS}, (), named)
    scale = dataset.scale if bound["scale"] == "default" else checked_scale(word, bound["scale"])
    batch = bound["batch"] if bound["batch"] is None else whole(word, "batch", bound["batch"])
    target = choice(word, "target", bound["target"], ("class", "column", "onehot"))
    if target == "onehot" and dataset.classes == 0:
        raise ArgumentError(f'`{word}` has no classes: `target` is "class" for the numbers themselves, or "column"')
    own = tuple((name, bound[name], type(bound[name])) for name in dataset.parameters)
    split = choice(word, "split", bound["split"], (None, *PARTS))
    parts, components = checked_parts(word, bound, split), checked_components(word, bound["components"], scale)
    augment = parsed(word, bound["augment"], AUGMENTATIONS)
    if augment and split not in (None, "train"):
        raise ArgumentError(f'`augment` of `{word}` is for training rows, not for split="{split}"')
    shuffle = choice(word, "shuffle", bound["shuffle"], (True, False))
    return Table(dataset, own, split, batch, parts, scale, components, target, augment, shuffle)


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """The rows of a split as the data set gives them, what prepares them, and the range of the training rows."""

    x: Floats
    t: Floats
    transform: Transform
    spread: float


@lru_cache(maxsize=8)
def _loaded(dataset: Dataset, own: Own, seed: int) -> Rows:
    x, t = dataset.load(seed, **{name: value for name, value, _ in own})
    return np.ascontiguousarray(x, np.float64), np.ascontiguousarray(t, np.float64)


@lru_cache(maxsize=16)
def _raw(table: Table, seed: int) -> Raw:
    dataset = table.dataset
    x, t = _loaded(dataset, table.own, seed if dataset.drawn else 0)
    train = here = np.arange(len(x))
    if table.split is not None:
        parts = table.parts.rows(seed, len(x), dataset.name)
        train, here = parts["train"], parts[table.split]
    if dataset.fill:
        x = filled(x, x[train])
    transform = fitted(dataset.name, x[train], table.scale, table.components)
    spread = float(np.ptp(x[train])) if x[train].size else 0.0
    if t.ndim > 1 and table.target != "class":
        raise ArgumentError(f'`target` of `{dataset.name}` is "class" where t is no column of numbers, got "{table.target}"')
    return Raw(x[here], shaped(t, table.target)[here], transform, spread)


@lru_cache(maxsize=16)
def _rows(table: Table, seed: int) -> Rows:
    raw = _raw(table, seed)
    x, t = raw.transform.apply(raw.x), raw.t
    x.flags.writeable = t.flags.writeable = False
    return x, t


def shaped(t: Floats, target: str) -> Floats:
    """Return class numbers t (n,) as they are, as a column (n, 1) or one-hot (n, classes). A new array."""
    if target == "column":
        return t.reshape(-1, 1).copy()
    if target == "onehot":
        return np.asarray(t[:, None] == np.arange(t.max() + 1), np.float64)
    return t.copy()
