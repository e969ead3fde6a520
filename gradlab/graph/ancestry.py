"""Which numbers that are not finite came of which: from one of them back through what the ops read, forward and backward.

Of a value: what its op read. Of a gradient: the gradients of its readers; where these are finite, the reader has made it, and
it came of what the reader gave and read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from gradlab.graph.graph import Graph
from gradlab.op import Array

Read = Callable[[int], Array | None]
"""Returns the array of a node by its index, or None when there is none."""
Sent = Callable[[int, int], Array | None]
"""Returns what an op sent to a value, or None."""


@dataclass(frozen=True, slots=True, order=True)
class NumbersAt:
    """Where numbers stand: the value of a node, or its gradient."""

    node: int
    grad: bool = False


@dataclass(slots=True)
class Ancestry:
    """What the numbers of an update that are not finite came of. value, grad, sent: read them."""

    graph: Graph
    value: Read
    grad: Read
    sent: Sent
    _readers: dict[int, list[int]] = field(default_factory=dict)

    def holds(self, place: NumbersAt) -> bool:
        """Whether some number there is not finite."""
        array = (self.grad if place.grad else self.value)(place.node)
        return array is not None and not bool(np.isfinite(array).all())

    def behind(self, begin: Iterable[NumbersAt]) -> set[NumbersAt]:
        """Return the places that those given came of, themselves included, as far as all on the way is not finite."""
        waiting, found = [one for one in begin if self.holds(one)], set[NumbersAt]()
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                before = self._sent(place.node) if place.grad else self._read(place.node)
                waiting += [one for one in before if one not in found and self.holds(one)]
        return found

    def _read(self, index: int) -> Iterator[NumbersAt]:
        node = self.graph.nodes[index]
        if node.op.role == "gradient":
            yield NumbersAt(int(node.attrs["of"]), grad=True)
        yield from map(NumbersAt, node.inputs)

    def _sent(self, index: int) -> Iterator[NumbersAt]:
        for reader in self._reading(index):
            incoming = NumbersAt(reader, grad=True)
            if self.holds(incoming):
                yield incoming
                continue
            sent = self.sent(reader, index)
            if sent is not None and not np.isfinite(sent).all():
                yield from self.made_by(reader)

    def made_by(self, op: int) -> Iterator[NumbersAt]:
        """Yield what a number may have come of that an op has sent: what it got, gave and read."""
        yield NumbersAt(op, grad=True)
        yield from map(NumbersAt, (op, *self.graph.nodes[op].inputs))

    def _reading(self, index: int) -> list[int]:
        if not self._readers:
            readers = defaultdict(list)
            for node in self.graph.nodes:
                for source in dict.fromkeys(node.inputs) if node.phase == "f" else ():
                    readers[source].append(node.index)
            self._readers = dict(readers)
        return self._readers.get(index, [])
