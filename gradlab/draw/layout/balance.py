"""Small moves after the columns are found: no box changes its place in a layer, and no straight line becomes crooked."""

from __future__ import annotations

from gradlab.draw.layout.model import Layered

BALANCED_UP_TO = 5_000


def balance(graph: Layered, columns: list[int]) -> None:
    """Move leaves to their readers, and boxes to the middle of what they read."""
    settle_sources(graph, columns)
    if len(graph.rank) <= BALANCED_UP_TO:
        for layer in graph.layers[1:]:
            for position, item in enumerate(layer):
                if item < graph.boxes and len(graph.up[item]) > 1:
                    _centre(graph, columns, layer, position)
        settle_sources(graph, columns)


def settle_sources(graph: Layered, columns: list[int], rounds: int = 2) -> None:
    """Move boxes that read nothing, and are read once, as near to their reader as their neighbours let them."""
    for _ in range(rounds):
        for layer in graph.layers:
            for position, item in enumerate(layer):
                if graph.is_source(item) and len(graph.down[item]) == 1:
                    columns[item] = _within(graph, columns, layer, position, columns[graph.down[item][0]])


def _within(graph: Layered, columns: list[int], layer: list[int], position: int, wanted: int) -> int:
    """Return the column nearest to the wanted one that the neighbours leave free."""
    item = layer[position]
    if position + 1 < len(layer):
        other = layer[position + 1]
        wanted = min(wanted, columns[other] - graph.separation(item, other))
    if position:
        other = layer[position - 1]
        wanted = max(wanted, columns[other] + graph.separation(other, item))
    return wanted


def _centre(graph: Layered, columns: list[int], layer: list[int], position: int) -> None:
    item = layer[position]
    sources = graph.up[item]
    main = [source for source in sources if not graph.is_source(source)] or sources
    wanted = (min(columns[source] for source in main) + max(columns[source] for source in main)) // 2
    wanted = _within(graph, columns, layer, position, wanted)
    before = columns[item]
    straight = _straight(graph, columns, item)
    columns[item] = wanted
    if _straight(graph, columns, item) < straight:
        columns[item] = before


def _straight(graph: Layered, columns: list[int], item: int) -> int:
    """Return how many lines of a box can run straight."""
    return sum(_can_be_straight(graph, columns, item, other) for other in graph.up[item] + graph.down[item])


def _can_be_straight(graph: Layered, columns: list[int], one: int, other: int) -> bool:
    low = max(_edge(graph, columns, one, -1), _edge(graph, columns, other, -1))
    return low <= min(_edge(graph, columns, one, 1), _edge(graph, columns, other, 1))


def _edge(graph: Layered, columns: list[int], item: int, side: int) -> int:
    """Return the outermost column in which a line may leave or enter an item."""
    if item >= graph.boxes:
        return columns[item]
    return columns[item] + (graph.right[item] - 1 if side > 0 else 1 - graph.left[item])
