"""Where lines leave and enter boxes: straight down where the boxes allow it, and never two lines in one column."""

from __future__ import annotations

from collections.abc import Mapping

from gradlab.draw.layout.model import Doors, Layered


class Ports:
    """Columns of the exits (one an item) and of the arrivals (one an input of a box), for a graph whose items stand still."""

    def __init__(self, graph: Layered, columns: list[int], doors: Mapping[int, Doors]) -> None:
        self.graph, self.columns, self.doors = graph, columns, doors
        self.exits = list(columns)
        for box, given in doors.items():
            self.exits[box] = columns[box] - graph.left[box] + given.exit
        self.arrivals: list[list[int]] = [[] for _ in range(graph.boxes)]
        for box in range(graph.boxes):
            if box in doors:
                self.arrivals[box] = [columns[box] - graph.left[box] + cell for cell in doors[box].arrivals]
            elif graph.up[box]:
                self._enter(box)
        for box in range(graph.boxes):
            if graph.down[box] and box not in doors:
                self._leave(box)

    def _inside(self, box: int) -> tuple[int, int]:
        return self.columns[box] - self.graph.left[box] + 1, self.columns[box] + self.graph.right[box] - 1

    def _enter(self, box: int) -> None:
        sources = self.graph.up[box]
        order = sorted(range(len(sources)), key=lambda port: (self.columns[sources[port]], port))
        low, high = self._inside(box)
        count = len(order)
        wanted = []
        for place, port in enumerate(order):
            slot = low + (high - low + 1) * (2 * place + 1) // (2 * count)
            wanted.append(self._wanted(sources[port], slot, low + 2 * place, high - 2 * (count - 1 - place)))
        columns = _apart(wanted, low, high)
        self.arrivals[box] = [0] * count
        for place, port in enumerate(order):
            self.arrivals[box][port] = columns[place]

    def _wanted(self, source: int, slot: int, low: int, high: int) -> int:
        """Return the column in which the line would be straight, if there is one between low and high; else the slot."""
        if source >= self.graph.boxes or source in self.doors or len(self.graph.down[source]) > 1:
            column = self.exits[source]
            return column if low <= column <= high else slot
        first, last = self._inside(source)
        first, last = max(first, low), min(last, high)
        if first > last:
            return slot
        middle = self.columns[source] if count_is_one(self.graph, source) else (self.columns[source] + slot) // 2
        return min(max(middle, first), last)

    def _leave(self, box: int) -> None:
        """Leave straight above the one reader, or above the middle one, if that is under the box."""
        low, high = self._inside(box)
        targets = sorted(self._targets(box))
        if len(targets) == 1:
            self.exits[box] = min(max(targets[0], low), high) if low <= targets[0] <= high else self.exits[box]
        elif self.columns[box] not in targets:
            inside = [target for target in targets if low <= target <= high]
            if inside:
                self.exits[box] = min(inside, key=lambda target: (abs(target - self.columns[box]), target))

    def _targets(self, item: int) -> list[int]:
        down = self.graph.down[item]
        if len(down) == 1 and down[0] >= self.graph.boxes:
            return [self.columns[down[0]]]
        targets = []
        for below in set(down):
            if below >= self.graph.boxes:
                targets.append(self.columns[below])
            else:
                ports = zip(self.graph.up[below], self.arrivals[below], strict=True)
                targets.extend(column for source, column in ports if source == item)
        return targets

    def targets(self, item: int) -> list[int]:
        """Return the columns in which the line of an item enters the next layer, from left to right."""
        return sorted(self._targets(item))


def count_is_one(graph: Layered, source: int) -> bool:
    """Whether the reader of a source reads nothing else."""
    return len(graph.up[graph.down[source][0]]) == 1


def _apart(wanted: list[int], low: int, high: int) -> list[int]:
    """Return columns near the wanted ones, rising by at least 2, between low and high."""
    columns, least = [], low
    for column in wanted:
        least = max(column, least)
        columns.append(least)
        least += 2
    most = high
    for place in range(len(columns) - 1, -1, -1):
        columns[place] = min(columns[place], most)
        most = columns[place] - 2
    return columns
