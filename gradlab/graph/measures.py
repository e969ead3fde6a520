"""What is measured while a run trains: sums over values, gradients and changes, at every n-th update.

A compiled machine adds them up inside its training loop; the plain one, and whoever steps, does it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Objective
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.graph.machine import Machine

SUM, SQUARES, ZEROS, BEYOND = range(4)
SUMS = 4
"""What is known of a group: Σx, Σx², how many are 0, how many lie beyond the bounds."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Probe:
    """An array to be measured, as part of a group. what: of the node; "change" is what an update adds to a leaf.

    low, high: the bounds; numbers outside of them are counted.
    """

    group: int
    what: Literal["value", "grad", "change"]
    node: int
    low: float = -np.inf
    high: float = np.inf


@dataclass(slots=True)
class Measures:
    """Probes in groups, and how often they are taken: at the updates that `every` divides. taken: what has come in."""

    probes: Sequence[Probe]
    groups: int
    every: int
    taken: list[tuple[int, Floats]]

    def due(self, update: int) -> bool:
        """Whether an update is measured."""
        return update % self.every == 0

    def take(self, machine: Machine, objective: Objective, update: int) -> None:
        """Measure an update whose phase u has been run and not committed."""
        following = {leaf: index for index, leaf in objective.commits}
        found = [(probe, array) for probe in self.probes if (array := _array(machine, probe, following)) is not None]
        self.taken.append((update, machine.sums(found, self.groups)))


def added_up(found: Sequence[tuple[Probe, Array]], groups: int) -> Floats:
    """Return the sums of each group, shape (groups, SUMS), by NumPy."""
    sums = np.zeros((groups, SUMS))
    for probe, array in found:
        sums[probe.group] += _sums(np.asarray(array, np.float64), probe)
    return sums


def _array(machine: Machine, probe: Probe, following: dict[int, int]) -> Array | None:
    """Return the array of a probe; None of a leaf that this objective does not move."""
    if probe.what == "grad":
        return machine.grad(probe.node)
    now = machine.value(probe.node)
    if probe.what == "value":
        return now
    with np.errstate(all="ignore"):
        return np.asarray(machine.value(following[probe.node]) - now) if probe.node in following else None


def _sums(x: Floats, probe: Probe) -> Floats:
    with np.errstate(all="ignore"):
        beyond = np.count_nonzero((x < probe.low) | (x > probe.high))
        return np.array([np.sum(x), np.sum(x * x), x.size - np.count_nonzero(x), beyond], np.float64)
