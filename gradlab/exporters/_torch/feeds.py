"""What comes from outside in an update: rows of data in the order of their epoch, noise, the number of the update."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node
from gradlab.graph.random import Integers, Noise
from gradlab.op import Array

WORDS = '''
def words(key, update, n):
    """Return n words of 64 random bits: those that the laboratory draws for this key in this update."""
    digest = blake2b(f"{SEED}:{update}:{key}".encode(), digest_size=16).digest()
    return np.random.Philox(key=np.frombuffer(digest, "<u8")).random_raw(n)
'''
ROWS = '''
def rows(name, update, total, size):
    """Return which rows of a data set are the batch of an update: every epoch has an order of its own."""
    epoch, step = divmod(update, total // size)
    order = np.argsort(words(f"permutation:batch:{name}", epoch, total), kind="stable")
    return order[step * size : (step + 1) * size]
'''
IN_ORDER = '''
def rows_in_order(update, total, size):
    """Return which rows are the batch of an update, in the order of the data."""
    step = update % (total // size)
    return slice(step * size, (step + 1) * size)
'''
UNIFORM = '''
def uniform(key, update, shape):
    """Return numbers uniform in (0, 1), the laboratory's own."""
    odd = (words(key, update, int(np.prod(shape, dtype=int))) >> np.uint64(11)) | np.uint64(1)
    return (odd.astype(np.float64) * 2.0**-53).reshape(shape)
'''
NORMAL = '''
def normal(key, update, shape):
    """Return numbers of mean 0 and variance 1, the laboratory's own: pairs by Box and Muller."""
    n = int(np.prod(shape, dtype=int))
    u = uniform(key, update, (n + n % 2,)).reshape(-1, 2)
    radius, angle = np.sqrt(-2.0 * np.log(u[:, 0])), 2.0 * np.pi * u[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)[:n].reshape(shape)
'''
STORED = 16
"""Updates whose values are stored, where nothing says how they come about."""


@dataclass(slots=True)
class Feeds:
    """What feeds a model. arrays: to be stored beside the program.   helpers: functions that it needs.

    lines: expressions in which `update` is the number of the batch, by argument.   remarks: what has to be said of one.
    """

    arrays: dict[str, Array] = field(default_factory=dict)
    helpers: dict[str, None] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, node: Node, model: TorchModel) -> None:
        """Note where the value of an argument comes from."""
        text = self._text(name, node, model)
        self.lines[name] = text

    def _text(self, name: str, node: Node, model: TorchModel) -> str:
        feed = node.feed
        if node.op.role == "clock":
            return "torch.tensor(float(update))"
        batches = getattr(feed, "batches", None)
        if isinstance(feed, Noise | Integers):
            return self._noise(name, node, feed, model)
        if feed is None or not feed.varies:
            self.arrays[node.name] = model.value(node)
            return f"data[{node.name!r}]"
        if batches is not None and not (batches.which == "x" and batches.table.augment):
            return self._batch(node, batches, model)
        first = model.first_batch
        stored = sorted(range(first, first + STORED), key=lambda number: number % STORED)
        self.arrays[node.name] = np.stack([model.value(node, number) for number in stored])
        self.remarks[name] = f"of {STORED} updates, again and again"
        return f"data[{node.name!r}][update % {STORED}]"

    def _batch(self, node: Node, batches: object, model: TorchModel) -> str:
        table, total, size = batches.table, batches.total, node.shape[0]  # type: ignore[attr-defined]
        self.arrays[node.name] = table.rows(model.seed)[batches.which == "t"]  # type: ignore[attr-defined]
        if not table.shuffle:
            self.helpers.setdefault(IN_ORDER)
            return f"data[{node.name!r}][rows_in_order(update, {total}, {size})]"
        self.helpers.update({WORDS: None, ROWS: None})
        return f"data[{node.name!r}][rows({table.dataset.name!r}, update, {total}, {size})]"

    def _noise(self, name: str, node: Node, feed: Noise | Integers, model: TorchModel) -> str:
        if not feed.varies:
            self.arrays[node.name] = model.value(node)
            return f"data[{node.name!r}]"
        self.helpers.update({WORDS: None, UNIFORM: None})
        if isinstance(feed, Integers):
            drawn = f"np.floor(uniform({feed.key!r}, number, {feed.shape}) * {feed.high - feed.low})"
            return f"torch.as_tensor({f'{feed.low} + ' if feed.low else ''}{drawn}, dtype=DTYPE)"
        if feed.kind == "normal":
            self.helpers.setdefault(NORMAL)
        return f"torch.as_tensor({feed.kind}({feed.key!r}, number, {feed.shape}), dtype=DTYPE)"
