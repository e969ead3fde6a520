"""Who stands left of whom: sweeps of barycentres, then swaps of neighbours; the order with the fewest crossings is kept."""

from __future__ import annotations

from bisect import bisect_right, insort

from gradlab.draw.layout.model import Layered

SWEEPS = 8
SWAPS_UP_TO = 2_000
SWEPT_UP_TO = 50_000
"""With more items there is one sweep down and up."""


def reduce_crossings(graph: Layered) -> None:
    """Reorder `graph.layers`. The result depends on the graph alone."""
    if all(len(layer) < 2 for layer in graph.layers):
        return
    pulls = _pulls(graph)
    place = _places(graph)
    best, fewest, worse = [list(layer) for layer in graph.layers], -1, 0
    if len(graph.rank) > SWEPT_UP_TO:
        _sweep_down(graph, place)
        _sweep_up(graph, place, pulls)
        return
    for _ in range(SWEEPS):
        _sweep_down(graph, place)
        _sweep_up(graph, place, pulls)
        crossings = count_crossings(graph, place)
        if fewest < 0 or crossings < fewest:
            best, fewest, worse = [list(layer) for layer in graph.layers], crossings, 0
        else:
            worse += 1
        if not fewest or worse == 2:
            break
    graph.layers[:] = best
    if fewest and len(graph.rank) <= SWAPS_UP_TO:
        _swap_neighbours(graph)


def count_crossings(graph: Layered, place: list[int]) -> int:
    """Return how many pairs of edges cross, lines that run together counted each."""
    total = 0
    for layer in graph.layers[1:]:
        seen: list[int] = []
        for item in layer:
            above = [place[source] for source in graph.up[item]]
            total += sum(len(seen) - bisect_right(seen, column) for column in above)
            for column in above:
                insort(seen, column)
    return total


def _places(graph: Layered) -> list[int]:
    place = [0] * len(graph.rank)
    for layer in graph.layers:
        for position, item in enumerate(layer):
            place[item] = position
    return place


def _pulls(graph: Layered) -> list[list[float]]:
    """Return, beside each entry of `down`, how far left or right of the middle of the reader the line should enter."""
    pulls: list[list[float]] = [[] for _ in graph.rank]
    for sources in graph.up:
        if len(sources) == 1:
            pulls[sources[0]].append(0.0)
            continue
        offsets = _offsets(graph, sources)
        for source, offset in zip(sources, offsets, strict=True):
            pulls[source].append(offset)
    return pulls


def _offsets(graph: Layered, sources: list[int]) -> list[float]:
    leaves = [port for port, source in enumerate(sources) if graph.is_source(graph.net[source])]
    order = list(range(len(sources)))
    if 1 < len(leaves) < len(sources):
        outer = {port: (-1 if turn % 2 == 0 else 1) for turn, port in enumerate(leaves)}
        order.sort(key=lambda port: outer.get(port, 0))
    offset = [0.0] * len(sources)
    for position, port in enumerate(order):
        offset[port] = (position + 0.5) / len(sources) - 0.5
    return offset


def _sweep_down(graph: Layered, place: list[int]) -> None:
    up = graph.up
    for layer in graph.layers[1:]:
        if len(layer) > 1:
            keys = {
                item: place[above[0]] if len(above) == 1 else sum([place[s] for s in above]) / len(above)
                for item in layer
                if (above := up[item])
            }
            _arrange(layer, graph.lane, keys, place)


def _sweep_up(graph: Layered, place: list[int], pulls: list[list[float]]) -> None:
    down = graph.down
    for layer in reversed(graph.layers[:-1]):
        if len(layer) > 1:
            keys = {
                item: place[below[0]] + pulls[item][0]
                if len(below) == 1
                else (sum([place[s] for s in below]) + sum(pulls[item])) / len(below)
                for item in layer
                if (below := down[item])
            }
            _arrange(layer, graph.lane, keys, place)


def _arrange(layer: list[int], lane: list[int], keys: dict[int, float], place: list[int]) -> None:
    """Sort the items that have a key; the others, and those in lanes, keep their places."""
    fixed = [item for item in layer if item not in keys or lane[item] >= 0]
    if not fixed:
        layer.sort(key=keys.__getitem__)
    else:
        kept = set(fixed)
        ordered = iter(sorted((item for item in layer if item not in kept), key=keys.__getitem__))
        layer[:] = [item if item in kept else next(ordered) for item in layer]
    for position, item in enumerate(layer):
        place[item] = position


def _swap_neighbours(graph: Layered, rounds: int = 4) -> None:
    place = _places(graph)
    for _ in range(rounds):
        gained = 0
        for layer in graph.layers:
            for position in range(len(layer) - 1):
                one, other = layer[position], layer[position + 1]
                if graph.lane[one] >= 0:
                    continue
                gain = _gain(graph.up, one, other, place) + _gain(graph.down, one, other, place)
                if gain > 0:
                    layer[position], layer[position + 1] = other, one
                    place[one], place[other] = position + 1, position
                    gained += gain
        if not gained:
            return


def _gain(neighbours: list[list[int]], one: int, other: int, place: list[int]) -> int:
    """Return how many crossings go away when `one`, now left of `other`, changes places with it."""
    left, right = [place[i] for i in neighbours[one]], [place[i] for i in neighbours[other]]
    return sum((a > b) - (a < b) for a in left for b in right)
