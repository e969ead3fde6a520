"""Chance: the loss of the best constant output, found on the training targets with the loss's own formula.

The outputs are held at one row of numbers for all samples, the rest of the loss is run as it stands, and the row is moved down
the gradient that the loss itself sends: label smoothing, class weights, sums, several terms come out right. An output behind a
nonlinearity is held before it, so that it cannot leave its range. What one network gives of two inputs is held at one row: it
has one answer where it looks at neither. Parameters are 0 meanwhile: what the loss asks of them alone is nothing then. Where it
is not sure that each output has a target, there is no such loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.bench import DataBench
from gradlab.diagnose.roles import Roles
from gradlab.graph.graph import Graph
from gradlab.graph.machine import Machine
from gradlab.op import Array

Floats = npt.NDArray[np.float64]
NOTHING = 1e-3
"""Below this the loss of one class, or of one number, is nothing: it only goes to 0 as a constant goes to infinity."""
UNBOUNDED = 1e6
"""A loss that is below minus this has no least value."""
REST = 1e-9
"""Slope, beside the loss, from which a constant is at rest."""
BATCHES, ROUNDS = 200, 200
"""Batches whose targets are looked at, and evaluations of the minimizer, at most."""
SPREAD = (0.0, 0.1, -0.1, 1.0)
"""Constants that a search begins at, beside the mean of the targets and the logarithms of how frequent the classes are."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held constant.

    node: where.   axes: so many first axes along which it is the same: all but the last with classes, else one.
    """

    node: int
    axes: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """The numbers of the row."""
        return int(np.prod(self.shape[self.axes :]))


def chance(bench: DataBench, roles: Roles, leaves: Mapping[int, Array]) -> float | None:
    """Return the loss of the best constant output over the training data; None where that cannot be told. Raises Stopped."""
    if roles.root < 0 or not roles.outputs or any(out.target < 0 for out in roles.outputs):
        return None
    search = _Search(bench, roles, leaves)
    starts = [*search.starts()]
    found = search.settled(starts) or [search.least(start) for start in starts]
    known = min((loss for loss in found if np.isfinite(loss)), default=None)
    if known is not None and known < -UNBOUNDED:
        return None
    return 0.0 if known is not None and known < NOTHING and search.alike else known


class _Search:
    """One search for the best constants."""

    def __init__(self, bench: DataBench, roles: Roles, leaves: Mapping[int, Array]) -> None:
        self.bench, self.roles, self.leaves = bench, roles, leaves
        graph = roles.graph
        held = [self._held(graph, source) for source in dict.fromkeys(out.source for out in roles.outputs)]
        self.groups = _alike(graph, held)
        sources = {one.node for one in held}
        self.behind = _behind(graph, sources, roles.root)
        program = bench.machine.tape.backward_program(roles.root)
        self.back = sum(index > min(sources) for index in program.order)
        self.reached = program.reached
        self.run = bench.machine.runner(self.behind)
        self.batches = [{i: m.copy() for i, m in self._kept(machine)} for machine in self._zeroed()]

    def _held(self, graph: Graph, node: int) -> _Held:
        shape = graph.nodes[node].shape
        classes = self.roles.task == "classes" and self.roles.probability and len(shape) > 1
        return _Held(node, len(shape) - 1 if classes else min(1, len(shape)), shape)

    def _zeroed(self) -> Iterator[Machine]:
        """Yield the machine for each batch, run with parameters of 0."""
        zeros = {n.index: np.zeros(n.shape) for n in self.roles.graph.params}
        yield from self.bench.passes({**self.leaves, **zeros}, "eval", BATCHES)

    def _kept(self, machine: Machine) -> Iterator[tuple[int, Array]]:
        """Yield what the ops between the outputs and the loss read beside the outputs."""
        nodes = self.roles.graph.nodes
        held = {one.node for group in self.groups for one in group}
        wanted = {i for index in self.behind for i in nodes[index].inputs} - set(self.behind) - held
        yield from ((index, machine.value(index)) for index in sorted(wanted))

    @property
    def alike(self) -> bool:
        """Whether all samples have one target."""
        rows = self._targets()
        return not rows.size or bool((rows == rows[:1]).all())

    def _targets(self) -> Floats:
        """Return the targets of the first output, those of all batches one behind the other."""
        target = self.roles.compared
        rows = [kept[target] for kept in self.batches if target in kept] or [self.bench.machine.value(target)]
        return np.concatenate([np.atleast_1d(np.asarray(row, np.float64)) for row in rows])

    def starts(self) -> Iterator[Floats]:
        """Yield rows of constants that a search begins at."""
        size = sum(group[0].size for group in self.groups)
        first = self._guess()
        if first is not None and first.size == size:
            yield first
        for number in SPREAD[: 2 if size > 64 else None]:
            yield np.full(size, number)

    def _guess(self) -> Floats | None:
        """Return the mean targets, or the logarithms of how frequent the classes are."""
        out = self.roles.output
        if out is None or len(self.groups) != 1:
            return None
        t, size = self._targets(), self.groups[0][0].size
        if self.roles.task == "classes" and size > 1:
            if t.shape[-1:] == (size,) and t.ndim > 1:
                share = t.reshape(-1, size).mean(axis=0)
            else:
                share = np.bincount(np.nan_to_num(t).reshape(-1).astype(int).clip(0, size - 1), minlength=size) / t.size
            return np.asarray(np.log(np.maximum(share, 1e-9)))
        mean = np.asarray(t.mean(axis=0)).reshape(-1)
        if self.roles.probability and t.min() >= 0 and t.max() <= 1:
            mean = np.log(np.maximum(mean, 1e-9)) - np.log(np.maximum(1 - mean, 1e-9))
        return mean if mean.size == size else np.full(size, t.mean()) if t.size else None

    def settled(self, starts: Sequence[Floats]) -> list[float]:
        """Return the loss of the first constants alone, where they are at rest and no others are better; else nothing."""
        with np.errstate(all="ignore"):
            (loss, slope), *others = [self._loss(start) for start in starts]
        rests = bool(np.isfinite(loss)) and float(np.max(np.abs(slope))) <= REST * max(1.0, abs(loss))
        return [loss] if rests and not any(other < loss for other, _ in others) else []

    def least(self, start: Floats) -> float:
        """Return the least loss that is found from some constants on."""
        from scipy.optimize import minimize

        best = [np.inf]

        def asked(row: Floats) -> tuple[float, Floats]:
            self.bench.lab.breathe()
            loss, slope = self._loss(row)
            if not np.isfinite(loss):
                return 1e300, np.zeros_like(row)
            best[0] = min(best[0], loss)
            return loss, np.nan_to_num(slope)

        with np.errstate(all="ignore"):
            minimize(asked, start, jac=True, method="L-BFGS-B", options={"maxfun": ROUNDS, "ftol": 1e-12, "gtol": 1e-9})
        return best[0]

    def _loss(self, row: Floats) -> tuple[float, Floats]:
        """Return the mean loss of the batches with the outputs held at constants, and its slope by these."""
        losses, slope = [], np.zeros_like(row)
        machine = self.bench.machine
        for kept in self.batches:
            for index, array in kept.items():
                machine.write(index, array)
            self._hold(machine, row)
            self.run()
            losses.append(float(machine.value(self.roles.root).reshape(-1)[0]))
            machine.seed(self.roles.root)
            machine.backward(self.roles.root, 0, self.back)
            slope += self._slopes(machine)
        return float(np.mean(losses)), slope / len(self.batches)

    def _hold(self, machine: Machine, row: Floats) -> None:
        start = 0
        for group in self.groups:
            part = row[start : start + group[0].size]
            for one in group:
                machine.write(one.node, part.reshape(one.shape[one.axes :]))
            start += part.size

    def _slopes(self, machine: Machine) -> Floats:
        return np.concatenate([np.sum([self._slope(machine, one) for one in group], axis=0) for group in self.groups])

    def _slope(self, machine: Machine, one: _Held) -> Floats:
        if not self.reached[one.node]:
            return np.zeros(one.size)
        slope: Floats = np.asarray(machine.grad(one.node), np.float64).reshape(-1, one.size).sum(axis=0)
        return slope


def _alike(graph: Graph, held: Sequence[_Held]) -> list[list[_Held]]:
    """Return what is held in groups that get one row: those that the same network gives, of the same data or of others."""
    kinds: dict[object, int] = {}
    kind: dict[int, int] = {}
    for node in graph.nodes[: max(one.node for one in held) + 1]:
        key: object = (node.op.name, repr(sorted(node.attrs.items())), tuple(kind[i] for i in node.inputs if i in kind))
        if node.is_leaf:
            data = node.op.role in ("input", "noise") or (node.op.role == "constant" and node.size > 1)
            value = node.feed.value(0, 0) if node.op.role == "constant" and node.feed is not None and not data else node.index
            key = "data" if data else (node.op.role, float(np.reshape(value, -1)[0]))
        kind[node.index] = kinds.setdefault(key, len(kinds))
    groups: dict[tuple[int, tuple[int, ...]], list[_Held]] = {}
    for one in held:
        groups.setdefault((kind[one.node], one.shape[one.axes :]), []).append(one)
    return [*groups.values()]


def _behind(graph: Graph, sources: set[int], root: int) -> list[int]:
    """Return the ops that depend on some nodes, up to the root, in order."""
    found = set(sources)
    for node in graph.nodes[: root + 1]:
        if node.phase == "f" and not found.isdisjoint(node.inputs):
            found.add(node.index)
    return sorted(found - sources)
