"""A graph of layers from a graph of ops: the nodes of a layer become one, and the result has no circles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush


@dataclass(slots=True)
class Groups:
    """Nodes put together.

    members: the nodes of each group, rising; groups stand in an order in which they can be run.
    inputs: the groups that each group reads, each once.
    of: the group of each node.
    """

    members: list[list[int]] = field(default_factory=list)
    inputs: list[tuple[int, ...]] = field(default_factory=list)
    of: list[int] = field(default_factory=list)


def group(inputs: Sequence[tuple[int, ...]], labels: Sequence[str]) -> Groups:
    """Put nodes with one label together; a node with the label "" stays alone.

    Where a layer leads out and back into itself (two cells that feed one another in turn) it becomes several groups.
    """
    merging = _Merging()
    for node, sources in enumerate(inputs):
        merging.put(sources, labels[node])
    return merging.ordered()


class _Merging:
    def __init__(self) -> None:
        self.of: list[int] = []
        self.after: list[set[int]] = []
        self.before: list[dict[int, None]] = []
        self.latest: dict[str, int] = {}

    def put(self, sources: tuple[int, ...], label: str) -> None:
        """Put the next node into the latest group of its label, or into a new one if that would make a circle."""
        above = dict.fromkeys(self.of[source] for source in sources)
        found = self.latest.get(label, -1) if label else -1
        if found < 0 or self._leads(found, {g for g in above if g != found and g not in self.before[found]}):
            found = len(self.after)
            self.after.append(set())
            self.before.append({})
            if label:
                self.latest[label] = found
        for other in above:
            if other != found:
                self.after[other].add(found)
                self.before[found][other] = None
        self.of.append(found)

    def _leads(self, start: int, goals: set[int]) -> bool:
        if not goals:
            return False
        seen, waiting = {start}, [start]
        while waiting:
            for other in self.after[waiting.pop()] - seen:
                if other in goals:
                    return True
                seen.add(other)
                waiting.append(other)
        return False

    def ordered(self) -> Groups:
        """Return the groups in an order in which each stands behind what it reads, first those that begin first."""
        missing = [len(before) for before in self.before]
        free = [index for index, count in enumerate(missing) if not count]
        order: list[int] = []
        while free:
            order.append(heappop(free))
            for other in self.after[order[-1]]:
                missing[other] -= 1
                if not missing[other]:
                    heappush(free, other)
        place = {index: position for position, index in enumerate(order)}
        groups = Groups([[] for _ in order], [tuple(place[b] for b in self.before[index]) for index in order])
        for node, index in enumerate(self.of):
            groups.of.append(place[index])
            groups.members[place[index]].append(node)
        return groups
