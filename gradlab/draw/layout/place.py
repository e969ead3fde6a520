"""Columns: the four one-sided alignments of Brandes & Köpf, averaged, with boxes of different widths.

Items are aligned with their median neighbour into blocks, blocks are packed from one side (`pack`), and the median of the four
packings is taken. A line that passes many layers is one block, so it stays straight.

Source: Brandes & Köpf, *Fast and simple horizontal coordinate assignment*, 2001; the packing of blocks follows dagre.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.layout.balance import balance
from gradlab.draw.layout.model import Layered
from gradlab.draw.layout.pack import Packer

HURRIED_FROM = 50_000
"""A graph of more items gets the first packing that is found."""


def place_columns(graph: Layered) -> list[int]:
    """Return the anchor column of each item; the leftmost cell of the drawing is column 0."""
    if all(len(layer) < 2 for layer in graph.layers):
        columns = [0] * len(graph.rank)
    elif len(graph.rank) > HURRIED_FROM:
        columns = _packings(graph, (True,), (True,))[0]
    else:
        columns = _median(_packings(graph, (True, False), (True, False)))
        balance(graph, columns)
    shift = min((column - left for column, left in zip(columns, graph.left, strict=True)), default=0)
    return [column - shift for column in columns]


def _packings(graph: Layered, ways: Sequence[bool], sides: Sequence[bool]) -> list[list[int]]:
    """Return packings, aligned downwards (True) or upwards, packed to the left (True) or to the right."""
    place = [0] * len(graph.rank)
    for layer in graph.layers:
        for position, item in enumerate(layer):
            place[item] = position
    steady = _steady_neighbours(graph, place)
    crossed = _crossed(graph, place)
    packings, packer = [], Packer(graph)
    for downwards in ways:
        layers = graph.layers if downwards else graph.layers[::-1]
        neighbours = steady[0] if downwards else steady[1]
        for leftmost in sides:
            rows = layers if leftmost else [layer[::-1] for layer in layers]
            root = _align(rows, neighbours, place if leftmost else [-p for p in place], crossed, downwards)
            packings.append(packer.pack(root, leftmost))
    return packings


def _steady_neighbours(graph: Layered, place: list[int]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the neighbours that an item may align with: beside other inputs a leaf is none: the main line stays straight."""
    up: list[list[int]] = []
    down: list[list[int]] = [[] for _ in graph.rank]
    for item, sources in enumerate(graph.up):
        if len(sources) == 1:
            up.append(sources)
            down[sources[0]].append(item)
            continue
        main = [source for source in sources if not graph.is_source(source)]
        chosen = sorted(set(main or sources), key=place.__getitem__)
        up.append(chosen)
        for source in chosen:
            down[source].append(item)
    for readers in down:
        if len(readers) > 1:
            readers.sort(key=place.__getitem__)
    return up, down


def _crossed(graph: Layered, place: list[int]) -> set[tuple[int, int]]:
    """Return the edges that cross a passing line: they must give way (type 1 conflicts)."""
    found: set[tuple[int, int]] = set()
    for layer in graph.layers[1:]:
        inner = [item for item in layer if item >= graph.boxes and graph.up[item][0] >= graph.boxes]
        lines = [(place[item], place[graph.up[item][0]]) for item in inner]
        if lines:
            _mark(graph, layer, lines, place, found)
    return found


def _mark(
    graph: Layered, layer: list[int], lines: list[tuple[int, int]], place: list[int], found: set[tuple[int, int]]
) -> None:
    following, lowest = 0, -1
    for position, item in enumerate(layer):
        while following < len(lines) and lines[following][0] <= position:
            lowest = max(lowest, lines[following][1])
            following += 1
        if item >= graph.boxes and graph.up[item][0] >= graph.boxes:
            continue
        highest = lines[following][1] if following < len(lines) else len(place)
        for source in graph.up[item]:
            if not lowest <= place[source] <= highest:
                found.add((source, item))


def _align(
    rows: list[list[int]], neighbours: list[list[int]], place: list[int], crossed: set[tuple[int, int]], downwards: bool
) -> list[int]:
    """Return the block of each item, named by its first item."""
    root = list(range(len(place)))
    taken = [False] * len(place)
    for row in rows[1:]:
        reached = -len(place) - 1
        for item in row:
            near = neighbours[item]
            if not near:
                continue
            if place[near[0]] > place[near[-1]]:
                near = near[::-1]
            for middle in {(len(near) - 1) // 2: 0, len(near) // 2: 0}:
                other = near[middle]
                if taken[other] or place[other] <= reached:
                    continue
                if crossed and ((other, item) if downwards else (item, other)) in crossed:
                    continue
                taken[other] = True
                root[item] = root[other]
                reached = place[other]
                break
    return root


def _median(packings: list[list[int]]) -> list[int]:
    """Return the mean of the two middle packings, after laying all of them on the narrowest."""
    spans = [(max(columns) - min(columns), index) for index, columns in enumerate(packings)]
    narrowest = packings[min(spans)[1]]
    low, high = min(narrowest), max(narrowest)
    shifted = []
    for index, columns in enumerate(packings):
        shift = low - min(columns) if index % 2 == 0 else high - max(columns)
        shifted.append([column + shift for column in columns])
    return [(sum(four) - min(four) - max(four)) // 2 for four in zip(*shifted, strict=True)]
