"""What the optimizer of a run is, and where its numbers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Graph, Objective
from gradlab.graph.machine import Machine
from gradlab.op import Array

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OptimizerFacts:
    """The optimizer of the examined objective.

    kinds: its name, or those of several groups (`adam`, `sgd`).   numbers: by the name behind the kind, as they are in the
    first update (`lr`, `mu`, `beta1`, `eps`, `clip.limit`, `l2`); of several groups those of the first.
    last: the same in the last update.   scheduled: names of those that change.
    frozen: parameters that no objective moves.   every: batches to a step.
    """

    kinds: tuple[str, ...]
    numbers: Mapping[str, float]
    last: Mapping[str, float]
    scheduled: tuple[str, ...]
    frozen: tuple[int, ...]
    every: int = 1

    @property
    def lr(self) -> float | None:
        """The learning rate of the first update, if it has one."""
        return self.numbers.get("lr")


@dataclass(frozen=True, slots=True)
class Marks:
    """The nodes of an objective's update that are looked at.

    rate: the learning rate, or -1.   clipped: pairs of a gradient before and behind clipping.
    seconds: pairs of v_hat and eps.
    """

    rate: int
    clipped: tuple[tuple[int, int], ...]
    seconds: tuple[tuple[int, int], ...]

    def read(self, machine: Machine) -> tuple[float, float, float]:
        """Return the rate, whether something was clipped, and the share of weights whose √v_hat is below eps; NaN for none."""
        rate = float(machine.value(self.rate)) if self.rate >= 0 else np.nan
        changed = (bool((machine.value(a) != machine.value(b)).any()) for a, b in self.clipped)
        below = [(np.sqrt(machine.value(v)) < machine.value(eps)).reshape(-1) for v, eps in self.seconds]
        share = float(np.mean(np.concatenate(below))) if below else np.nan
        return rate, float(any(changed)) if self.clipped else np.nan, share


def marks_of(graph: Graph, objective: Objective) -> Marks:
    """Return where the numbers of an objective's optimizer are."""
    prefix = objective.optimizers[0] if objective.optimizers else ""
    rate, eps = graph.find(f"{prefix}.lr"), graph.find(f"{prefix}.eps")
    mine = [graph.nodes[i] for i in objective.updates]
    clipped, seconds = [], []
    for node in mine:
        if node.name.endswith(".clipped"):
            stem = node.name.removesuffix(".clipped")
            before = graph.find(f"{stem}.mean") or graph.find(f"{stem}.grad")
            if before is not None and before.phase == "u":
                clipped.append((before.index, node.index))
        if node.name.endswith(".v_hat") and eps is not None:
            seconds.append((node.index, eps.index))
    return Marks(-1 if rate is None else rate.index, tuple(clipped), tuple(seconds))


def optimizer_of(
    graph: Graph, objective: Objective, first: Mapping[int, Array], last: Mapping[int, Array], rates: Floats
) -> OptimizerFacts:
    """Return the facts of an objective's optimizer.

    first, last: the values of the first and of the last update.   rates: the learning rates that were measured.
    """
    prefix = objective.optimizers[0] if objective.optimizers else ""
    shared = objective.shared
    numbers: dict[str, float] = {}
    later: dict[str, float] = {}
    for node in graph.nodes:
        owner = next((p for p in (prefix, shared) if p and node.phase == "u" and node.name.startswith(f"{p}.")), None)
        if owner is None or node.size != 1:
            continue
        name = node.name.removeprefix(f"{owner}.")
        for found, values in ((numbers, first), (later, last)):
            if node.index in values:
                found[name] = float(np.asarray(values[node.index]).reshape(-1)[0])
    known = rates[np.isfinite(rates)]
    if "lr" not in numbers and len(known):
        numbers["lr"], later["lr"] = float(known[0]), float(known[-1])
    moved = {param for one in graph.objectives for param in one.params}
    frozen = tuple(node.index for node in graph.params if node.index not in moved)
    kinds = tuple(name.partition(".")[0] for name in objective.optimizers)
    scheduled = [name for name in numbers if name != "t" and later.get(name, numbers[name]) != numbers[name]]
    scheduled += ["lr"] if len(known) and np.ptp(known) > 0 and "lr" not in scheduled else []
    return OptimizerFacts(kinds, numbers, later, tuple(scheduled), frozen, objective.every)
