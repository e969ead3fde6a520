"""The whole of a layout: each component of the graph by itself, then the components side by side."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from gradlab.draw.layout.channel import Channel, Wire, route
from gradlab.draw.layout.model import Layered, Layout, LayoutRequest, least_width
from gradlab.draw.layout.nets import layered
from gradlab.draw.layout.order import reduce_crossings
from gradlab.draw.layout.place import place_columns
from gradlab.draw.layout.ports import Ports
from gradlab.draw.layout.ranks import assign_ranks

Segment = tuple[int, int, int, int, int]
COMPONENT_GAP = 3


def lay_out(request: LayoutRequest) -> Layout:
    """Return the drawing of a graph: the same for the same request.

    Raises ValueError for a box too narrow for its inputs, or an input that does not stand before its reader.
    """
    _check(request)
    whole = request.entries or request.foot
    nodes = [[*range(len(request.inputs))]] if whole else components(request.inputs)
    parts = [_Part(request, part) for part in nodes if part]
    return _pack(request, parts)


def _check(request: LayoutRequest) -> None:
    for node, sources in enumerate(request.inputs):
        if request.widths[node] < max(least_width(len(sources)), 3) or request.heights[node] < 1:
            raise ValueError(f"box {node} is {request.widths[node]} cells wide, too narrow for {len(sources)} inputs")
        if any(not 0 <= source < node for source in sources):
            raise ValueError(f"box {node} reads {sources}, and an input must stand before its reader")


def components(inputs: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Return the connected parts of a graph, each as its nodes in order, the part of the lowest node first."""
    leader = list(range(len(inputs)))

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = node = leader[leader[node]]
        return node

    for node, sources in enumerate(inputs):
        for source in sources:
            one, other = sorted((find(node), find(source)))
            leader[other] = one
    parts: dict[int, list[int]] = {}
    for node in range(len(inputs)):
        parts.setdefault(find(node), []).append(node)
    return list(parts.values())


class _Part:
    """One component, laid out from (0, 0)."""

    def __init__(self, request: LayoutRequest, nodes: list[int]) -> None:
        local = {node: index for index, node in enumerate(nodes)}
        inputs = [tuple(local[source] for source in request.inputs[node]) for node in nodes]
        widths = [request.widths[node] for node in nodes]
        doors = {local[node]: doors for node, doors in request.doors.items() if node in local}
        anchors = {node: found.anchor for node, found in doors.items() if found.anchor >= 0}
        self.nodes, self.gap = nodes, request.gap
        self.heights = [request.heights[node] for node in nodes]
        self.graph = layered(inputs, widths, assign_ranks(inputs, request.entries, request.foot), anchors, request.entries)
        reduce_crossings(self.graph)
        self.columns = place_columns(self.graph)
        self.ports = Ports(self.graph, self.columns, doors)
        self.y = [0] * len(nodes)
        self.segments: list[Segment] = []
        self.rows = self._stack()
        right = max(column + more for column, more in zip(self.columns, self.graph.right, strict=True))
        self.width = 1 + max(right, max((segment[3] for segment in self.segments), default=0))

    def _stack(self) -> int:
        """Put the layers under one another, with the channels between them; return the rows of all."""
        row = 0
        for layer in self.graph.layers:
            height = max((self.heights[item] for item in layer if item < self.graph.boxes), default=1)
            straight = self._straight(layer)
            taken = {self.columns[item] for item in straight}
            channel = route([self._wire(item) for item in layer if self.graph.down[item] and item not in straight], taken)
            self._pass_layer([item for item in layer if item not in straight], row, height)
            space = max(channel.rows, self.gap)
            for item in straight:
                column = self.columns[item]
                self.segments.append((self.graph.net[item], column, row, column, row + height + space))
            first = row + height + (space - channel.rows) // 2
            self._draw(channel, row + height - 1, first, row + height + space)
            row += height + space
        return row - self.gap

    def _straight(self, layer: list[int]) -> frozenset[int]:
        """Return the passing lines of a layer that go on passing in the same column: nearly all, in a large graph."""
        boxes, down, columns = self.graph.boxes, self.graph.down, self.columns
        found = []
        for item in layer:
            if item >= boxes:
                below = down[item]
                if len(below) == 1 and below[0] >= boxes and columns[below[0]] == columns[item]:
                    found.append(item)
        return frozenset(found)

    def _wire(self, item: int) -> Wire:
        return Wire(self.graph.net[item], self.ports.exits[item], tuple(self.ports.targets(item)))

    def _pass_layer(self, layer: list[int], row: int, height: int) -> None:
        for item in layer:
            column = self.ports.exits[item]
            if item < self.graph.boxes:
                self.y[item] = row
                foot = row + self.heights[item] - 1
                if self.graph.down[item] and self.heights[item] < height:
                    self.segments.append((item, column, foot, column, row + height - 1))
            elif height > 1:
                self.segments.append((self.graph.net[item], column, row, column, row + height - 1))

    def _draw(self, channel: Channel, top: int, first: int, bottom: int) -> None:
        self.segments.extend(channel.pieces(top, first, bottom))


def _pack(request: LayoutRequest, parts: list[_Part]) -> Layout:
    """Put the parts in rows from left to right, a new row where the wrapping width is passed."""
    count = len(request.inputs)
    x, y, rank, exits = (np.zeros(count, dtype=np.int32) for _ in range(4))
    exits[:] = -1
    arrivals: list[tuple[int, ...]] = [()] * count
    segments = array("i")
    left = top = bottom = columns = 0
    floors = request.floors or [0] * count
    for part, before in zip(parts, [None, *parts], strict=False):
        new_floor = before is not None and floors[part.nodes[0]] != floors[before.nodes[0]]
        if left and (new_floor or left + part.width > request.wrap):
            left, top = 0, bottom + 1
        _put(part, left, top, (x, y, rank, exits), arrivals, segments)
        columns, bottom = max(columns, left + part.width), max(bottom, top + part.rows)
        left += part.width + COMPONENT_GAP
    table = np.array(segments, dtype=np.int32).reshape(-1, 5)
    sizes = np.array(request.widths, dtype=np.int32), np.array(request.heights, dtype=np.int32)
    return Layout(x, y, *sizes, rank, exits, tuple(arrivals), table, columns, bottom)


def _put(
    part: _Part,
    left: int,
    top: int,
    arrays: tuple[np.ndarray, ...],
    arrivals: list[tuple[int, ...]],
    segments: array[int],
) -> None:
    x, y, rank, exits = arrays
    graph: Layered = part.graph
    for local, node in enumerate(part.nodes):
        x[node] = left + part.columns[local] - graph.left[local]
        y[node] = top + part.y[local]
        rank[node] = graph.rank[local]
        if graph.down[local]:
            exits[node] = left + part.ports.exits[local]
        arrivals[node] = tuple(left + column for column in part.ports.arrivals[local])
    for net, x0, y0, x1, y1 in part.segments:
        segments.extend((part.nodes[net], left + x0, top + y0, left + x1, top + y1))
