"""What the words that bring data share: the leaf of a batch, and the held-out split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.data import Batches, Dataset, Table, open_table
from gradlab.data.splits import checked_share
from gradlab.data.table import OPTIONS
from gradlab.graph.graph import Dealt, Node
from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.scenario.bounds import DEALT, IN_ARENA
from gradlab.scenario.call import Call
from gradlab.scenario.reading.place import open_path
from gradlab.scenario.values import Value, kind_of, named_by


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


def feed_leaf(call: Call, batches: Batches, labels: tuple[str, ...] = ()) -> Node:
    """Append the input that a batch is fed to. labels: the names of its numbers."""
    trace = call.trace
    node = trace.add(OPS["input"], [], named_by(labels), call.node, shape=batches.shape)
    trace.batches.append((node, batches))
    feed = DealtBatches(batches, trace.dtype)
    trace.late_feeds.append((node, lambda _: feed))
    return node


FILE_OPTIONS: dict[str, Any] = {name: default for name, default in OPTIONS.items() if name != "target"} | {"scale": None}
"""What a file of numbers takes, as a data set does; a file has no target of its own."""


def as_it_is(word: str, bound: dict[str, Any]) -> bool:
    """Return whether a file is read without any of these options; `test` alone asks for nothing. Raises ArgumentError."""
    checked_share(word, "test", bound["test"])
    return all(bound[name] == default for name, default in FILE_OPTIONS.items() if name != "test")


def rows_of(name: str, x: Array, t: Array | None = None, labels: tuple[str, ...] = (), fill: bool = False) -> Dataset:
    """Return rows that were read as a data set that can be dealt out. x: (n, …)   t: (n,), or None where x is all there is."""
    target = (x if x.ndim == 1 else np.zeros(len(x))) if t is None else t
    # The name keys the order of the rows: x and t of one file stay side by side (test_columns_of_one_file_stay_in_step).
    return Dataset(name, lambda seed: (x, target), False, None, 0, labels=labels, fill=fill)


def dealt(call: Call, rows: Dataset, options: dict[str, Any]) -> tuple[Node, ...]:
    """Return rows as inputs in batches, x and t. Equal options of one file deal out the same rows."""
    table = part_of(call, open_table(rows, **options))
    x, t = table.feeds(call.trace.seed)
    return feed_leaf(call, x), feed_leaf(call, t, rows.labels)


def dealt_x(call: Call, rows: Dataset, options: dict[str, Any]) -> Node:
    """Return x alone, with the names of its numbers where it has some."""
    table = part_of(call, open_table(rows, **options))
    return feed_leaf(call, table.feeds(call.trace.seed)[0], rows.labels)


def options_of(bound: dict[str, Value]) -> dict[str, Value]:
    """Return what a word was given of the options of files."""
    return {name: bound[name] for name in FILE_OPTIONS}


def room_for(call: Call, bound: dict[str, Value]) -> int:
    """Return how many bytes the numbers of a file may take: they are there more than once."""
    return call.trace.budget.left // (IN_ARENA if as_it_is(call.word, bound) else DEALT)


def file_of(call: Call, name: Value, parameters: dict[str, Any]) -> Path:
    """Return the path of a data file. Raises Wrong, ArgumentError."""
    if not isinstance(name, str):
        raise call.trace.wrong(f"`{call.word}` takes the name of a file, got {kind_of(name)}", call.place(parameters, "file"))
    return call.trace.files.setdefault(name, open_path(call.trace.document.folder, name))
