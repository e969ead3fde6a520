"""Which layer a box stands in."""

from __future__ import annotations

from collections.abc import Sequence

Inputs = Sequence[tuple[int, ...]]


def assign_ranks(inputs: Inputs, entries: int = 0, foot: bool = False) -> list[int]:
    """Return the layer of each node, from 0 at the top: as high as its inputs allow, unless the lines get shorter lower down.

    A node that reads nothing stands just above the first node that reads it. The first nodes, so many as there are entries,
    stand alone at the top, and with `foot` the last one alone at the bottom.
    """
    if not entries and not foot:
        return _ranks(inputs)
    end = len(inputs) - foot
    inner = [tuple(source - entries for source in sources if source >= entries) for sources in inputs[entries:end]]
    rank = [0] * entries + [layer + (entries > 0) for layer in _ranks(inner)]
    return [*rank, max(rank, default=-1) + 1] if foot else rank


def _ranks(inputs: Inputs) -> list[int]:
    readers = consumers(inputs)
    rank = [0] * len(inputs)
    for node, sources in enumerate(inputs):
        rank[node] = 1 + max((rank[source] for source in sources), default=-1)
    for node in range(len(inputs) - 1, -1, -1):
        if readers[node]:
            _lower(node, inputs, readers, rank)
    return _without_gaps(rank)


def consumers(inputs: Inputs) -> list[list[int]]:
    """Return for each node the different nodes that read it, by index."""
    readers: list[list[int]] = [[] for _ in inputs]
    for node, sources in enumerate(inputs):
        for source in set(sources):
            readers[source].append(node)
    return readers


def _lower(node: int, inputs: Inputs, readers: list[list[int]], rank: list[int]) -> None:
    lowest = min(rank[reader] for reader in readers[node]) - 1
    if lowest <= rank[node]:
        return
    sources = set(inputs[node])
    growth = sum(
        _growth(node, lowest, readers[source], rank) for source in sources if inputs[source] or len(readers[source]) > 1
    )
    saved = lowest - rank[node]
    if saved > growth or (saved == growth and not any(inputs[source] for source in sources)):
        rank[node] = lowest


def _growth(node: int, lowest: int, readers: list[int], rank: list[int]) -> int:
    others = max((rank[reader] for reader in readers if reader != node), default=rank[node])
    return max(0, lowest - max(others, rank[node]))


def _without_gaps(rank: list[int]) -> list[int]:
    place = {value: index for index, value in enumerate(sorted(set(rank)))}
    return [place[value] for value in rank]
