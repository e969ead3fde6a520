"""Gradients that have nothing to do with each other at inputs next to each other.

In a deep network without skips the gradient by the input, along a line through the data, looks like white noise; with skips it
looks like a walk (Balduzzi et al. 2017). Steps that one sample asks for then say nothing about the next. It is a fact about
depth, and whether it hurts, others tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack

LAYERS, POINTS, LAG, ALIKE = 10, 256, 8, 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where gradients a few points apart are no longer alike."""
    if examination.depth.count < LAYERS or examination.recurrent:
        return
    gradients = _along_a_line(examination)
    if gradients is None or not np.isfinite(gradients).all():
        return
    alike = _correlation(gradients, LAG)
    if alike is None or alike >= ALIKE:
        return
    zs = [row.z for row in examination.depth.hidden if row.z is not None]
    yield Finding(
        f"the gradient by the input is shattered: {LAG} of {POINTS} points along a line apart its correlation is {alike:.2f}",
        statistic=f"correlation of ∂output/∂x at lag {LAG} of {POINTS} points on a line through the data",
        value=alike,
        threshold=ALIKE,
        at=0,
        fixes=(
            Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs)),
            Fix("skips around the layers"),
        ),
        most="info",
    )


def _along_a_line(examination: Examination) -> npt.NDArray[np.float64] | None:
    """Return ∂Σoutput/∂x at points on the line between two samples (points, features); None where that is not defined."""
    roles, nodes = examination.roles, examination.graph.nodes
    if len(roles.inputs) != 1 or roles.output is None:
        return None
    leaf, source = roles.inputs[0], roles.output.source
    rows = examination.first.value(leaf)
    if rows is None or rows.ndim != 2 or len(rows) < 2 or nodes[source].shape[:1] != rows.shape[:1]:
        return None
    far = int(np.argmax(np.sum((rows - rows[0]) ** 2, axis=1)))
    places = np.linspace(-0.5, 1.5, POINTS)[:, None]
    line = rows[0] + places * (rows[far] - rows[0])
    machine = next(examination.bench.passes(examination.leaves[0], "eval", 1))
    found = []
    for part in np.array_split(line, ceil(POINTS / len(rows))):
        fed = np.array(rows)
        fed[: len(part)] = part
        machine.write(leaf, fed)
        machine.forward(0, len(machine.tape.forward_order))
        machine.seed(source, np.ones(nodes[source].shape))
        machine.backward(source, 0, len(machine.tape.backward_order(source)))
        found.append(np.array(machine.grad(leaf)[: len(part)], np.float64))
    return np.concatenate(found)


def _correlation(rows: npt.NDArray[np.float64], lag: int) -> float | None:
    """Return the correlation of rows so many apart, over all their columns."""
    rows = rows - rows.mean(axis=0)
    size = float(np.mean(np.sum(rows * rows, axis=1)))
    return float(np.mean(np.sum(rows[lag:] * rows[:-lag], axis=1))) / size if size > 0 else None


SKIPS = "h = dense(x, 32, init=he)\nfor i in range(24):\n    h = h + 0.1 * relu(dense(h, 32, init=he))\n"
RULE = Rule(
    "shattered",
    find,
    reads=("graph", "depth", "first", "begun"),
    id="D13",
    statistic="correlation of the gradient by the input at two places, 8 of 256 points on a line apart",
    threshold="0.5, in networks of 10 hidden layers or more",
    source="Balduzzi, Frean, Leary et al., *The shattered gradients problem*, ICML 2017",
    traps="wide networks of 16 to 24 layers are still far from it",
    remedy="skips",
    faulty=circles(stack(24, "tanh(dense(h, 32, init=tanh_normal(2.0)))")),
    healthy=circles(SKIPS),
    updates=10,
    fires=4,
    rank=121,
    status="info",
    doc=__doc__ or "",
)
