"""What is measured inside the jitted training loop, as addresses for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradlab.graph.graph import Objective
from gradlab.graph.machine import Machine
from gradlab.graph.measures import SUMS, Floats, Probe
from gradlab.op import Array


class WatchedMeasures:
    """The measures of a machine as addresses for the training loop: what to add up, and where changing leaves are kept.

    measure: the address of the kernel that adds up.   in_place: which next values are written onto which leaf.
    """

    def __init__(self, machine: Machine, measure: int, objective: Objective, in_place: dict[int, int]) -> None:
        assert machine.measures is not None
        self.machine, self.measures, self.measure = machine, machine.measures, measure
        following = {leaf: leaf if index in in_place else index for index, leaf in objective.commits}
        changing = [p.node for p in self.measures.probes if p.what == "change" and p.node in following]
        self.kept = {node: np.empty_like(machine.value(node)) for node in changing}
        rows = [
            self._row(probe, following) for probe in self.measures.probes if probe.what != "change" or probe.node in self.kept
        ]
        copies = [(old.ctypes.data, machine.value(node).ctypes.data, old.size) for node, old in self.kept.items()]
        limits = [(p.low, p.high) for p in self.measures.probes if p.what != "change" or p.node in self.kept]
        self.rows, self.limits = np.array(rows, np.int64), np.array(limits, np.float64)
        self.copies = np.array(copies or [(0, 0, 0)], np.int64)
        self.out = np.zeros((0, self.measures.groups, SUMS))
        self.program = np.array(
            [len(rows), self.rows.ctypes.data, self.limits.ctypes.data, 0, len(copies), self.copies.ctypes.data, 0,
             self.measures.groups], np.int64,
        )  # fmt: skip

    def _row(self, probe: Probe, following: dict[int, int]) -> tuple[int, int, int, int]:
        """Return where the numbers of a probe are, what is taken from them, how many they are, and their group.

        A leaf that its next value is written onto is read from the copy; the changes, which come later, are written there.
        """
        array, old = self.machine.value(probe.node), 0
        if probe.what == "grad":
            array = self.machine.grad(probe.node)
        elif probe.what == "change":
            array, old = self.machine.value(following[probe.node]), self.kept[probe.node].ctypes.data
        elif probe.node in self.kept:
            array = self.kept[probe.node]
        return array.ctypes.data, old, array.size, probe.group

    def begin(self, updates: int, first: int) -> tuple[int, int, int]:
        """Make room for what some updates will give; how often is measured, the kernel's address and its program's."""
        due = len(range(-(-first // self.measures.every) * self.measures.every, first + updates, self.measures.every))
        if due > len(self.out):
            self.out = np.empty((due, self.measures.groups, SUMS))
        self.out[:due] = 0.0
        self.program[3], self.program[6] = self.out.ctypes.data, 0
        return self.measures.every, self.measure, self.program.ctypes.data

    def end(self, updates: int, first: int) -> None:
        """Hand over what has been measured."""
        begin = -(-first // self.measures.every) * self.measures.every
        due = range(begin, first + updates, self.measures.every)
        self.measures.taken += [(update, self.out[i].copy()) for i, update in enumerate(due)]


def added_up(loops: Any, found: Sequence[tuple[Probe, Array]], groups: int) -> Floats:
    """Return the sums of each group, shape (groups, SUMS), by the kernel of the training loop, in its own order."""
    arrays = [np.ascontiguousarray(array) for _, array in found]
    rows = [(array.ctypes.data, 0, array.size, probe.group) for array, (probe, _) in zip(arrays, found, strict=True)]
    limits = [(probe.low, probe.high) for probe, _ in found]
    where, bounds, out = np.array(rows, np.int64), np.array(limits, np.float64), np.zeros((groups, SUMS))
    program = np.array([len(rows), where.ctypes.data, bounds.ctypes.data, out.ctypes.data, 0, 0, 0, groups], np.int64)
    loops.run(np.array([int(loops.measure.address)]), np.array([program.ctypes.data]), 1, 0, 0, 1)
    return out
