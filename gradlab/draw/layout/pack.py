"""Packing of blocks: each block is one column of items, as near to one side as the blocks beside it allow.

Blocks that lean on one another in different layers form stairs, which can make a drawing far wider than its widest layer. Then
the blocks of the longest flight are cut where the flight passes from one layer to another, and all are packed again.
"""

from __future__ import annotations

from itertools import pairwise

from gradlab.draw.layout.model import Layered

ROUNDS = 5
CUT_UP_TO = 50_000
"""With more items blocks are cut once only."""
Lean = tuple[int, int, int]
"""Two items beside one another and the least distance of their anchors."""


class Packer:
    """Packs the blocks of one graph."""

    def __init__(self, graph: Layered) -> None:
        self.graph = graph
        self.leans: list[Lean] = []
        widest = 0
        for layer in graph.layers:
            total = 0
            for one, other in pairwise(layer):
                distance = graph.separation(one, other)
                self.leans.append((one, other, distance))
                total += distance
            widest = max(widest, total)
        self.enough = widest + widest // 8 + 4

    def pack(self, root: list[int], leftmost: bool) -> list[int]:
        """Return the column of each item; `root` names the block of each item by one of its items, and may be cut."""
        leans = self.leans if leftmost else [(other, one, distance) for one, other, distance in self.leans]
        packing = _Packing(root, leans)
        for _ in range(ROUNDS if len(root) <= CUT_UP_TO else 1):
            if packing.width <= self.enough or not self._cut(root, packing):
                break
            packing = _Packing(root, leans)
        column = packing.pulled()
        sign = 1 if leftmost else -1
        return [sign * column[block] for block in root]

    def _cut(self, root: list[int], packing: _Packing) -> bool:
        """Cut the blocks of the longest flight of stairs where it enters and leaves them in different layers."""
        flight = packing.flight()
        wanted = {root[leaves] for _, leaves in flight}
        members: dict[int, list[int]] = {block: [] for block in wanted}
        for item, block in enumerate(root):
            if block in wanted:
                members[block].append(item)
        done = False
        for enters, leaves in flight:
            done |= self._cut_between(root, members[root[leaves]], enters, leaves)
        return done

    def _cut_between(self, root: list[int], block: list[int], enters: int, leaves: int) -> bool:
        rank, boxes = self.graph.rank, self.graph.boxes
        low, high = sorted((rank[enters], rank[leaves]))
        if low == high:
            return False
        part = sorted((item for item in block if low <= rank[item] <= high), key=rank.__getitem__)
        joints = [place for place in range(1, len(part)) if part[place] < boxes and part[place - 1] < boxes]
        at = rank[part[joints[0] if joints else len(part) // 2]]
        lower = [item for item in block if rank[item] >= at]
        upper = [item for item in block if rank[item] < at]
        for half in (lower, upper):
            for item in half:
                root[item] = half[0]
        return True


class _Packing:
    """The blocks packed to the left: the columns, and which item each block leans on."""

    def __init__(self, root: list[int], leans: list[Lean]) -> None:
        count = len(root)
        self.after: list[list[Lean]] = [[] for _ in range(count)]
        waiting = [0] * count
        for lean in leans:
            self.after[root[lean[0]]].append(lean)
            waiting[root[lean[1]]] += 1
        self.root = root
        self.column = column = [0] * count
        self.held: list[Lean | None] = [None] * count
        self.order = [item for item, block in enumerate(root) if item == block and not waiting[item]]
        for block in self.order:
            start = column[block]
            for lean in self.after[block]:
                other = root[lean[1]]
                if column[other] < start + lean[2]:
                    column[other] = start + lean[2]
                    self.held[other] = lean
                waiting[other] -= 1
                if not waiting[other]:
                    self.order.append(other)
        self.width = max(column, default=0)

    def flight(self) -> list[tuple[int, int]]:
        """Return the blocks of the longest flight of stairs: where it enters and where it leaves each, from right to left."""
        steps: list[tuple[int, int]] = []
        lean = self.held[self.column.index(self.width)]
        while lean is not None:
            before = self.held[self.root[lean[0]]]
            if before is not None:
                steps.append((before[1], lean[0]))
            lean = before
        return steps

    def pulled(self) -> list[int]:
        """Return the columns after moving each block to the right until it touches another."""
        column, root = self.column, self.root
        for block in reversed(self.order):
            if self.after[block]:
                column[block] = max(column[block], min([column[root[other]] - gap for _, other, gap in self.after[block]]))
        return column
