"""Lines that pass a layer become items of that layer: one a layer for each tensor, however many nodes read it further down.

The line of a leaf that is read in many layers (the weights of a recurrent network) runs in a lane at the left margin: between
the boxes it would push them apart, a little further in each step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradlab.draw.layout.model import Layered
from gradlab.draw.layout.ranks import consumers

LONG = 4


def layered(
    inputs: Sequence[tuple[int, ...]], widths: Sequence[int], rank: list[int], anchors: Mapping[int, int], entries: int = 0
) -> Layered:
    """Return the layered graph; `up[box]` has one item for each input, in their order.

    anchors: the anchor of boxes that have another one than their middle, as cells from their left side.
    """
    count = len(inputs)
    readers = consumers(inputs)
    lane = _lanes(inputs, readers, rank)
    left = [1 if lane[node] >= 0 else anchors.get(node, width // 2) for node, width in enumerate(widths)]
    graph = Layered(
        boxes=count,
        rank=list(rank),
        net=list(range(count)),
        up=[[-1] * len(sources) for sources in inputs],
        down=[[] for _ in range(count)],
        left=left,
        right=[width - before - 1 for width, before in zip(widths, left, strict=True)],
        lane=lane,
        entries=entries,
    )
    ports = _ports(inputs)
    for node in range(count):
        if readers[node]:
            _lead(graph, node, sorted(readers[node], key=lambda reader: (rank[reader], reader)), ports)
    graph.layers = [[] for _ in range(max(rank, default=-1) + 1)]
    last = len(graph.rank)
    for item in sorted(range(last), key=lambda i: (lane[i] if lane[i] >= 0 else last, graph.net[i], i)):
        graph.layers[graph.rank[item]].append(item)
    return graph


def _lanes(inputs: Sequence[tuple[int, ...]], readers: list[list[int]], rank: list[int]) -> list[int]:
    lane = [-1] * len(inputs)
    shared = [node for node, sources in enumerate(inputs) if not sources and _is_long(rank[node], readers[node], rank)]
    for place, node in enumerate(sorted(shared, key=lambda node: (rank[node], node))):
        lane[node] = place
    return lane


def _is_long(start: int, readers: list[int], rank: list[int]) -> bool:
    layers = {rank[reader] for reader in readers}
    return len(layers) > 1 and max(layers) - start >= LONG


def _ports(inputs: Sequence[tuple[int, ...]]) -> dict[tuple[int, int], list[int]]:
    ports: dict[tuple[int, int], list[int]] = {}
    for node, sources in enumerate(inputs):
        for port, source in enumerate(sources):
            ports.setdefault((source, node), []).append(port)
    return ports


def _lead(graph: Layered, node: int, readers: list[int], ports: dict[tuple[int, int], list[int]]) -> None:
    item = node
    for reader in readers:
        while graph.rank[item] < graph.rank[reader] - 1:
            item = _pass(graph, item)
        for port in ports[node, reader]:
            graph.up[reader][port] = item
            graph.down[item].append(reader)


def _pass(graph: Layered, above: int) -> int:
    item = len(graph.rank)
    graph.rank.append(graph.rank[above] + 1)
    graph.net.append(graph.net[above])
    graph.up.append([above])
    graph.down.append([])
    graph.left.append(0)
    graph.right.append(0)
    graph.lane.append(graph.lane[above])
    graph.down[above].append(item)
    return item
