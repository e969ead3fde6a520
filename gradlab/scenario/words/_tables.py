"""What the words that bring data share: the leaf of a batch, and the held-out split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradlab.data import Batches, Dataset, Table, open_table
from gradlab.data.dataset import Rows
from gradlab.data.table import OPTIONS
from gradlab.graph.graph import Dealt, Node
from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.scenario.call import Call


@dataclass(frozen=True, slots=True, eq=False)
class DealtBatches(Dealt):
    """The feed of a batch."""

    batches: Batches
    dtype: str

    @property
    def varies(self) -> bool:
        """Whether the value is another one in every update."""
        return self.batches.varies

    def value(self, seed: int, batch: int) -> Array:
        """Return the batch of a number."""
        return self.batches.value(seed, batch).astype(self.dtype)


def part_of(call: Call, table: Table) -> Table:
    """Return the table as this trace uses it: as it is written, or of what is held out as one batch.

    Training rows stand for those of the split that is asked for; a data set written as another split stays that one, and one
    without a split has all its rows.
    """
    trace, split = call.trace, call.trace.overrides.split
    trace.tables.append((table, trace.span(call.node)))
    if not split:
        return table
    trace.held_out |= table.split in ("train", split)
    if table.split is None:
        return replace(table, batch=None, augment=())
    return table.part(split if table.split == "train" else table.split)


def feed_leaf(call: Call, batches: Batches) -> Node:
    """Append the input that a batch is fed to."""
    trace = call.trace
    node = trace.add(OPS["input"], [], {}, call.node, shape=batches.shape)
    trace.batches.append(batches)
    feed = DealtBatches(batches, trace.dtype)
    trace.late_feeds.append((node, lambda _: feed))
    return node


FILE_OPTIONS: dict[str, Any] = {name: default for name, default in OPTIONS.items() if name != "target"} | {"scale": None}
"""What a file of numbers takes, as a data set does; a file has no target of its own."""


DEALT, IN_ARENA = 2, 3
"""How often numbers of a file are there: as they are read and dealt out; or as they are read, as a value, as a gradient."""


def as_it_is(bound: dict[str, Any]) -> bool:
    """Return whether a file is read without any of these options."""
    return all(bound[name] == default for name, default in FILE_OPTIONS.items() if name != "test")


def dealt(call: Call, name: str, array: Array, options: dict[str, Any]) -> Node:
    """Return rows of a file as an input in batches. Equal options of one file deal out the same rows."""

    def load(seed: int) -> Rows:
        return array, array[:, 0] if array.ndim > 1 and array.shape[1] else np.zeros(len(array))

    # The name keys the order of the rows: x and t of one file stay side by side (test_columns_of_one_file_stay_in_step).
    table = part_of(call, open_table(Dataset(name, load, False, None, 0), **options))
    return feed_leaf(call, table.feeds(call.trace.seed)[0])
