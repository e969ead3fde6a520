"""What is measured of each update while a run is examined: steps, gradients, deltas, what the optimizer made of them.

Every update is measured at first, later every n-th where a run is long, so that a run of any length has some hundreds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from gradlab.axis.curves import Series
from gradlab.axis.run import Run
from gradlab.diagnose.optimizer import Marks
from gradlab.op import Array
from gradlab.scenario.expressions import Expression
from gradlab.train.measure import root_mean_square

Floats = npt.NDArray[np.float64]
DENSE, MOST = 20, 400
"""Updates at the beginning that are measured each, and about how many are measured in all."""
FLOOR = 0.3
"""Of a matrix whose weights are smaller than this over √fan_in, a step is compared with that: it may begin at 0."""


@dataclass(frozen=True, slots=True)
class RunSeries:
    """Numbers of the updates that were measured. updates: which these are, rising; all arrays are as long.

    size: of each parameter that is moved, by its index, the relative length of its step, u = RMS(ΔW) / max(RMS(W),
    0.3/√fan_in).
    moved: RMS(ΔW).   grads: the norm of its gradient, as the loss has it.   norm: that of all of them together.
    inner: Σ ΔW · gradient: below 0 where a step goes down.   deltas: RMS of ∂root/∂z of layers in series, by the index of z.
    rate: the first learning rate.   clipped: whether clipping changed a gradient.   below: the share of weights whose √v_hat is
    smaller than eps.   Those that this optimizer does not have are NaN.
    """

    updates: npt.NDArray[np.int64]
    size: dict[int, Floats]
    moved: dict[int, Floats]
    grads: dict[int, Floats]
    norm: Floats
    inner: Floats
    deltas: dict[int, Floats]
    rate: Floats
    clipped: Floats
    below: Floats

    def of(self, first: int, last: int) -> slice:
        """Return the place of the measured updates from one to another, this one not included."""
        start, stop = np.searchsorted(self.updates, [first, last])
        return slice(int(start), int(stop))


@dataclass(slots=True)
class Row:
    """What was measured in one update."""

    size: dict[int, float]
    moved: dict[int, float]
    grads: dict[int, float]
    inner: float
    deltas: dict[int, float]
    rate: float
    clipped: float
    below: float


@dataclass(slots=True)
class Meter:
    """What measures a run, in place of an expression that is recorded. every: which updates, behind the first.

    marks: where the numbers of the optimizer are.   zs: the values whose gradients are measured.   place: of the objective.
    """

    marks: Marks
    zs: Sequence[int]
    place: int = 0
    every: int = 1
    rows: dict[int, Row] = field(default_factory=dict)
    text: str = "diagnosis"

    def curve(self) -> Series:
        """Return what a run records by."""
        return Series(cast(Expression, self), 1)

    def evaluate(self, environment: Any) -> float:
        """Measure the update whose phase u has been run and not committed, if it is due, and of the objective."""
        run: Run = environment.run
        update = run.at.update
        if (update < DENSE or update % self.every == 0) and run.turns.of(update).objective == self.place:
            self.rows[update] = self._row(run)
        return 0.0

    @np.errstate(all="ignore")
    def _row(self, run: Run) -> Row:
        objective = run.timeline.objective(run.at.update)
        assert objective is not None, "an update has an objective"
        row = Row({}, {}, {}, 0.0, {}, *self.marks.read(run.machine))
        following = {leaf: index for index, leaf in objective.commits}
        for param in objective.params:
            grad = np.asarray(run.machine.grad(param), np.float64)
            row.grads[param] = float(np.linalg.norm(grad))
            if param in following:
                now = np.asarray(run.machine.value(param), np.float64)
                change = np.asarray(run.machine.value(following[param]), np.float64) - now
                row.moved[param] = root_mean_square(change)
                row.size[param] = relative_step(now, change)
                row.inner += float(np.vdot(change, grad))
        reached = run.tape.backward_program(objective.root).reached
        row.deltas = {z: root_mean_square(np.asarray(run.machine.grad(z), np.float64)) if reached[z] else 0.0 for z in self.zs}
        return row

    def series(self, last: int) -> RunSeries:
        """Return what was measured, up to an update."""
        updates = sorted(update for update in self.rows if update <= last)
        rows = [self.rows[update] for update in updates]

        def by_node(name: str) -> dict[int, Floats]:
            nodes = sorted({node for row in rows for node in getattr(row, name)})
            return {node: np.array([getattr(row, name).get(node, np.nan) for row in rows]) for node in nodes}

        def each(name: str) -> Floats:
            return np.array([getattr(row, name) for row in rows], np.float64)

        norm = np.array([sqrt(sum(g * g for g in row.grads.values())) for row in rows], np.float64)
        return RunSeries(
            np.array(updates, np.int64), by_node("size"), by_node("moved"), by_node("grads"), norm, each("inner"),
            by_node("deltas"), each("rate"), each("clipped"), each("below"),
        )  # fmt: skip


def relative_step(weights: Array, change: Array) -> float:
    """Return RMS(ΔW) / max(RMS(W), 0.3 / √fan_in); of a vector, such as a bias, fan_in is 1."""
    fan_in = weights.size / weights.shape[-1] if weights.ndim > 1 else 1
    return root_mean_square(change) / max(root_mean_square(weights), FLOOR / sqrt(fan_in))
