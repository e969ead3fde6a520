"""Held-out data through a run: their loss and how good the output is, at some points of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from gradlab.axis.environment import RunEnvironment
from gradlab.diagnose.roles import Roles
from gradlab.diagnose.scores import Scores, scores
from gradlab.errors import GradlabError
from gradlab.graph.machine import Machine
from gradlab.lab.core import Core, Stopped
from gradlab.op import Array

Point = tuple[int, Mapping[int, Array]]
SPLITS = ("validation", "test")
"""Parts of the data that are held out, by what is asked for first."""


@dataclass(frozen=True, slots=True)
class HeldOutRun:
    """Held-out data at some points of a run, in mode eval.

    split: which part it is.   rows: how many samples.   updates, losses: when, and the loss then; of a loss that adds up its
    samples, for as many as a batch of the training has.   scores: at the end.
    """

    split: str
    rows: int
    updates: npt.NDArray[np.int64]
    losses: npt.NDArray[np.float64]
    scores: Scores

    @property
    def loss(self) -> float:
        """The loss at the end."""
        return float(self.losses[-1])


def held_out(lab: Core, roles: Roles, points: Sequence[Point], begun: Callable[[], float]) -> HeldOutRun | None:
    """Return the held-out data of a run; None where nothing is held out.

    points: what leaves held at some updates.   begun(): the loss of a batch of the training before the first update.
    """
    for split in SPLITS:
        try:
            return _in_batches(lab, roles, _read(lab, split, roles, points), begun)
        except Stopped:
            raise
        except GradlabError:
            continue
    return None


def _in_batches(lab: Core, roles: Roles, found: HeldOutRun | None, begun: Callable[[], float]) -> HeldOutRun | None:
    """Return the same with losses as those of a batch: a loss that adds up its samples is larger by as many more as there are.

    Before the first update both are about as good, so that their ratio tells the two kinds apart.
    """
    shape = lab.graph.nodes[roles.target].shape if roles.target >= 0 else ()
    if found is None or not shape or not found.rows or found.rows == shape[0]:
        return found
    more, before = found.rows / shape[0], begun()
    if not (before > 0 and found.losses[0] > 0 and np.isfinite(before + found.losses[0])):
        return found
    ratio = log(found.losses[0] / before)
    return replace(found, losses=found.losses / more) if abs(ratio - log(more)) < abs(ratio) else found


def _read(lab: Core, split: str, roles: Roles, points: Sequence[Point]) -> HeldOutRun | None:
    seen = lab.twins.held_out(split, backward=False)
    losses, here = [], lab.graph.nodes
    root = seen.run.graph.find(here[roles.root].name)
    if root is None or not points:
        return None
    for _, leaves in points:
        lab.breathe()
        _carry(lab, seen.run.machine, leaves)
        with np.errstate(all="ignore"):
            seen.run.machine.forward(0, seen.run.timeline.count(0, "f"))
        losses.append(float(seen.run.machine.value(root.index).reshape(-1)[0]))
    out, target = (_named(seen, here[i].name) if i >= 0 else None for i in (_output(roles), roles.compared))
    rows = 0 if target is None or not target.shape else target.shape[0]
    updates = np.array([update for update, _ in points], np.int64)
    return HeldOutRun(split, rows, updates, np.array(losses), scores(roles, out, target))


def _output(roles: Roles) -> int:
    return roles.output.node if roles.output else -1


def _named(seen: RunEnvironment, name: str) -> Array | None:
    node = seen.run.graph.find(name)
    return None if node is None else seen.run.machine.value(node.index).copy()


def _carry(lab: Core, machine: Machine, leaves: Mapping[int, Array]) -> None:
    """Write what leaves of the run held into the model on the other data."""
    for index, array in leaves.items():
        node = lab.graph.nodes[index]
        other = machine.tape.graph.find(node.name) if node.phase == "f" else None
        if other is not None and other.shape == node.shape:
            machine.write(other.index, array)
