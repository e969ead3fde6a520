"""The layouts of all frames put into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gradlab.draw.layout import Layout
from gradlab.draw.layout.model import Ints
from gradlab.draw.unfold import Box, Level, margin


@dataclass(slots=True)
class WholeLayout:
    """Where all boxes stand. feet: for each frame the columns in which lines come to its lower border."""

    boxes: Sequence[Box]
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    width: list[int] = field(default_factory=list)
    height: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    arrivals: list[tuple[int, ...]] = field(default_factory=list)
    feet: dict[int, tuple[int, ...]] = field(default_factory=dict)
    segments: list[Ints] = field(default_factory=list)

    def layout(self, level: Level) -> Layout:
        """Return the layout of all, from the level that stands in no frame."""
        count = len(self.boxes)
        for places in (self.x, self.y, self.width, self.height, self.rank, self.exits):
            places.extend([-1] * count)
        self.arrivals.extend([()] * count)
        self._put(level, 0, 0)
        table = np.concatenate(self.segments)
        x, y, width, height, rank, exits = (
            np.array(places, dtype=np.int32) for places in (self.x, self.y, self.width, self.height, self.rank, self.exits)
        )
        return Layout(
            x, y, width, height, rank, exits, tuple(self.arrivals), table, level.drawn.columns, level.drawn.rows
        )  # fmt: skip

    def _put(self, level: Level, left: int, top: int) -> None:
        drawn, first = level.drawn, len(level.entries)
        for number, box in enumerate(level.boxes, first):
            self.x[box], self.y[box] = left + int(drawn.x[number]), top + int(drawn.y[number])
            self.width[box], self.height[box] = int(drawn.width[number]), int(drawn.height[number])
            self.rank[box] = int(drawn.rank[number])
            self.exits[box] = left + int(drawn.exits[number]) if drawn.exits[number] >= 0 else -1
            self.arrivals[box] = tuple(left + column for column in drawn.arrivals[number])
        nets = [self.boxes[box].net for box in (*level.entries, *level.boxes)] or [-1]
        moved = drawn.segments + np.array((0, left, top, left, top), dtype=np.int32)
        moved[:, 0] = np.array(nets, dtype=np.int32)[drawn.segments[:, 0]]
        self.segments.append(moved)
        for box, inner in level.within.items():
            at = self.x[box] + margin(self.width[box], inner)
            self.feet[box] = tuple(at + column for column in inner.ends)
            self._put(inner, at, self.y[box] + (not inner.entries))
