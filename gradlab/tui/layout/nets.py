"""Lines that pass a layer become items of that layer: one a layer for each tensor, however many nodes read it further down."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.tui.layout.model import Layered
from gradlab.tui.layout.ranks import consumers


def layered(inputs: Sequence[tuple[int, ...]], widths: Sequence[int], rank: list[int]) -> Layered:
    """Give the layered graph; `up[box]` has one item for each input, in their order."""
    count = len(inputs)
    graph = Layered(
        boxes=count,
        rank=list(rank),
        net=list(range(count)),
        up=[[-1] * len(sources) for sources in inputs],
        down=[[] for _ in range(count)],
        left=[width // 2 for width in widths],
        right=[width - width // 2 - 1 for width in widths],
    )
    ports = _ports(inputs)
    for node, readers in enumerate(consumers(inputs)):
        if readers:
            _lead(graph, node, sorted(readers, key=lambda reader: (rank[reader], reader)), ports)
    graph.layers = [[] for _ in range(max(rank, default=-1) + 1)]
    for item in sorted(range(len(graph.rank)), key=lambda i: (graph.net[i], i)):
        graph.layers[graph.rank[item]].append(item)
    return graph


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
    graph.down[above].append(item)
    return item
