"""The rows between two layers: each line gets a track of its own, so that lines of different nets only ever cross.

A line comes from one column above and goes to one or more columns below. Its vertical pieces must not lie on another line's:
where one line ends below in the column in which another begins above, the track of the other must be higher. A circle of
such demands is broken by giving a line two tracks. The rest of the order is chosen to have few crossings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FULL_ORDER_UP_TO = 400
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Wire:
    """A line through a channel: its net, the column it comes from, the columns it goes to."""

    net: int
    top: int
    bottoms: tuple[int, ...]

    @property
    def is_straight(self) -> bool:
        """Whether it needs no track."""
        return self.bottoms == (self.top,)

    @property
    def low(self) -> int:
        """The leftmost column of its track."""
        return min(self.top, self.bottoms[0])

    @property
    def high(self) -> int:
        """The rightmost column of its track."""
        return max(self.top, self.bottoms[-1])


@dataclass(frozen=True, slots=True)
class Channel:
    """The wires of a channel and the track of each; -1 for a straight one. A wire with two tracks is two wires here.

    after: for each wire the wire below it that goes on from its foot, or -1; `before` the other way.
    """

    wires: list[Wire]
    tracks: list[int]
    after: list[int]
    before: list[int]
    rows: int

    def pieces(self, top: int, first: int, bottom: int) -> Iterator[tuple[int, int, int, int, int]]:
        """Return segments (net, x0, y0, x1, y1), from row `top` over tracks that begin at row `first` to row `bottom`."""
        for wire, track, after, before in zip(self.wires, self.tracks, self.after, self.before, strict=True):
            if track < 0:
                yield wire.net, wire.top, top, wire.top, bottom
                continue
            row = first + track
            yield wire.net, wire.low, row, wire.high, row
            if before < 0:
                yield wire.net, wire.top, top, wire.top, row
            foot = bottom if after < 0 else first + self.tracks[after]
            for column in wire.bottoms:
                yield wire.net, column, row, column, foot


def route(wires: list[Wire], taken: Collection[int] = ()) -> Channel:
    """Assign a track to every wire. Tops are different columns, and so are all bottoms.

    taken: columns of lines that run straight through the channel and are drawn elsewhere.
    """
    bent = [wire for wire in wires if not wire.is_straight]
    straight = [wire for wire in wires if wire.is_straight]
    if not bent:
        none = [-1] * len(straight)
        return Channel(straight, none, none, none, 0)
    pairs = _break_circles(bent, straight, taken)
    above = _must_be_above(bent)
    above.extend(pairs)
    order = _order(bent, above)
    tracks = _stack(bent, order, above)
    after, before = [-1] * len(bent), [-1] * len(bent)
    for one, other in pairs:
        after[one], before[other] = other, one
    none = [-1] * len(straight)
    return Channel(bent + straight, tracks + none, after + none, before + none, max(tracks) + 1)


def _must_be_above(wires: list[Wire]) -> list[tuple[int, int]]:
    tops = {wire.top: index for index, wire in enumerate(wires)}
    found = []
    for index, wire in enumerate(wires):
        for column in wire.bottoms:
            other = tops.get(column, index)
            if other != index:
                found.append((other, index))
    return found


def _break_circles(wires: list[Wire], straight: list[Wire], taken: Collection[int]) -> list[tuple[int, int]]:
    """Split a wire of each circle in two, joined in a free column. Returns pairs (upper part, lower part)."""
    used = {wire.top for wire in wires + straight} | {column for wire in wires + straight for column in wire.bottoms}
    used.update(taken)
    demands = _Demands(len(wires), _must_be_above(wires))
    pairs: list[tuple[int, int]] = []
    while (index := demands.settle()) >= 0:
        wire = wires[index]
        column = _free_column(wire, used)
        used.add(column)
        wires[index] = Wire(wire.net, wire.top, (column,))
        wires.append(Wire(wire.net, column, wire.bottoms))
        pairs.append((index, demands.split(index)))
    return pairs


class _Demands:
    """Who must be above whom; wires are taken away from the top until only circles are left."""

    def __init__(self, count: int, above: list[tuple[int, int]]) -> None:
        self.lower: list[list[int]] = [[] for _ in range(count)]
        self.higher: list[list[int]] = [[] for _ in range(count)]
        for one, other in above:
            self.lower[one].append(other)
            self.higher[other].append(one)
        self.waiting = [len(higher) for higher in self.higher]
        self.free = [index for index in range(count) if not self.waiting[index]]
        self.gone = [False] * count
        self.left = dict.fromkeys(range(count))

    def settle(self) -> int:
        """Take away what nothing holds; return a wire of a circle, or -1 if nothing is left."""
        while self.free:
            index = self.free.pop()
            self.gone[index] = True
            del self.left[index]
            for other in self.lower[index]:
                self.waiting[other] -= 1
                if not self.waiting[other]:
                    self.free.append(other)
        return self._on_a_circle(next(iter(self.left))) if self.left else -1

    def _on_a_circle(self, index: int) -> int:
        seen: set[int] = set()
        while index not in seen:
            seen.add(index)
            index = next(other for other in self.higher[index] if not self.gone[other])
        return index

    def split(self, index: int) -> int:
        """Make the lower half of a wire a wire of its own, which takes over what must be above it; return its number."""
        half = len(self.lower)
        for other in self.higher[index]:
            self.lower[other] = [half if below == index else below for below in self.lower[other]]
        self.lower.append([])
        self.higher.append([*self.higher[index], index])
        self.waiting.append(self.waiting[index] + 1)
        self.gone.append(False)
        self.left[half] = None
        self.lower[index].append(half)
        self.higher[index], self.waiting[index] = [], 0
        self.free.append(index)
        return half


def _free_column(wire: Wire, used: set[int]) -> int:
    distance = 1
    while True:
        for column in (wire.high + distance, wire.low - distance):
            if column >= 0 and column not in used:
                return column
        distance += 1


def _order(wires: list[Wire], above: list[tuple[int, int]]) -> list[int]:
    """Return the wires from the highest track to the lowest: the demands first, then few crossings (greedy)."""
    count = len(wires)
    lower: list[list[int]] = [[] for _ in range(count)]
    waiting = np.zeros(count, dtype=np.int64)
    for one, other in above:
        lower[one].append(other)
        waiting[other] += 1
    matrix = _excess(wires) if count <= FULL_ORDER_UP_TO else None
    score = np.zeros(count, dtype=np.int64) if matrix is None else matrix.sum(axis=1)
    done = np.zeros(count, dtype=np.bool_)
    order: list[int] = []
    while len(order) < count:
        index = int(np.argmin(np.where(done | (waiting > 0), NEVER, score)))
        order.append(index)
        done[index] = True
        if matrix is not None:
            score -= matrix[:, index]
        for other in lower[index]:
            waiting[other] -= 1
    return order


def _excess(wires: list[Wire]) -> npt.NDArray[np.int64]:
    """Return for each pair the crossings with the first above the second, less those with the second above."""
    count = len(wires)
    matrix = np.zeros((count, count), dtype=np.int64)
    low = np.array([wire.low for wire in wires])
    high = np.array([wire.high for wire in wires])
    tops = np.array([wire.top for wire in wires])
    for index, wire in enumerate(wires):
        feet = sum(((low < column) & (column < high)).astype(np.int64) for column in wire.bottoms)
        heads = ((wire.low < tops) & (tops < wire.high)).astype(np.int64)
        matrix[index] += feet + heads
    return np.asarray(matrix - matrix.T)


def _stack(wires: list[Wire], order: list[int], above: list[tuple[int, int]]) -> list[int]:
    """Return tracks: each wire as high as the wires before it in the order allow."""
    tracks = [-1] * len(wires)
    higher: list[list[int]] = [[] for _ in wires]
    for one, other in above:
        higher[other].append(one)
    rows: list[list[Wire]] = []
    for index in order:
        wire = wires[index]
        least = 1 + max((tracks[other] for other in higher[index]), default=-1)
        track = len(rows)
        while track > least and all(other.high + 1 < wire.low or wire.high + 1 < other.low for other in rows[track - 1]):
            track -= 1
        track = max(track, least)
        if track == len(rows):
            rows.append([])
        tracks[index] = track
        rows[track].append(wire)
    return tracks
