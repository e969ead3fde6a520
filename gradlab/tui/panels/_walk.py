"""Where the graph cursor goes: along the lines, and between the boxes of a layer. Pure."""

from __future__ import annotations

from gradlab.draw.scene import Scene


class Walk:
    """Steps from box to box. It remembers the way, so that down after up leads back."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._rows: dict[int, list[int]] = {}
        drawn = scene.canvas.layout
        for box in sorted(range(len(scene.speaker)), key=lambda box: (int(drawn.x[box]), box)):
            self._rows.setdefault(int(drawn.y[box]), []).append(box)
        self._came: dict[tuple[int, str], int] = {}

    def step(self, box: int, way: str) -> int:
        """Return the box that lies "up" (an input), "down" (a reader), "left" or "right"; the same box if there is none."""
        if way in ("left", "right"):
            row = self._rows[int(self._scene.canvas.layout.y[box])]
            place = row.index(box) + (1 if way == "right" else -1)
            return row[min(max(place, 0), len(row) - 1)]
        near = self._scene.inputs[box] if way == "up" else self._scene.readers[box]
        if not near:
            return box
        found = self._came.get((box, way), -1)
        if found not in near:
            found = min(near, key=lambda other: (*self._distance(box, other), other))
        self._came[found, "down" if way == "up" else "up"] = box
        return found

    def _distance(self, box: int, other: int) -> tuple[int, int]:
        """Return how many rows away a box is, then how far to the side."""
        x, y, width, _ = self._scene.canvas.region(box)
        a, b, wide, _ = self._scene.canvas.region(other)
        return abs(y - b), abs(2 * x + width - 2 * a - wide)

    def nearest(self, x: int, y: int) -> int:
        """Return the box that is nearest to a cell, or -1 when there is none."""
        drawn = self._scene.canvas.layout
        middle = [(abs(2 * int(drawn.y[b]) - 2 * y) + abs(int(drawn.x[b]) - x), b) for b in range(len(self._scene.speaker))]
        return min(middle)[1] if middle else -1
