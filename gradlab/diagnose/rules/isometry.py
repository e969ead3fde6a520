"""How differently a network stretches the directions that go through its layers.

The singular values of the Jacobian from the first hidden layer to the last one, for one sample. Where the largest is a thousand
times the smallest, some directions of the first layer hardly reach the output. That is a fact about most deep networks with
random weights, and no fault: orthogonal weights keep the values together, and such networks learn faster.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack

SPREAD, UNITS = 1e3, 64
ZERO = 1e-13
"""Singular values below this share of the largest are rounding."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the spread of the singular values is that large."""
    rows = examination.depth.hidden
    if len(rows) < 2 or examination.recurrent or rows[0].z is None or rows[-1].z is None:
        return
    jacobian = _jacobian(examination, rows[0].z, rows[-1].z)
    if jacobian is None or not np.isfinite(jacobian).all():
        return
    values = np.linalg.svd(jacobian, compute_uv=False)
    values = values[values > ZERO * values[0]]
    if len(values) < 2 or values[0] / values[-1] <= SPREAD:
        return
    spread = float(values[0] / values[-1])
    yield Finding(
        f"between {rows[0].name} and {rows[-1].name} one direction is stretched {spread:.2g} times as much as another",
        node=rows[-1].z,
        layer=rows[-1].name,
        statistic="largest over smallest singular value of the Jacobian of one sample",
        value=spread,
        threshold=SPREAD,
        at=0,
        fixes=(Fix("start the weights with `orthogonal`", (Argument("init", "orthogonal"),)),),
        most="info",
    )


def _jacobian(examination: Examination, first: int, last: int) -> npt.NDArray[np.float64] | None:
    """Return ∂z_last / ∂z_first of the first sample, before the first update, for layers of few enough units; else None."""
    shapes = [examination.graph.nodes[index].shape for index in (first, last)]
    if any(len(shape) != 2 or not 1 < shape[1] <= UNITS for shape in shapes):
        return None
    machine = next(examination.bench.passes(examination.leaves[0], "eval", 1))
    steps, seed, rows = len(machine.tape.backward_order(last)), np.zeros(shapes[1]), []
    for unit in range(shapes[1][1]):
        seed[0] = np.arange(shapes[1][1]) == unit
        machine.seed(last, seed)
        machine.backward(last, 0, steps)
        rows.append(np.array(machine.grad(first)[0], np.float64))
    return np.array(rows)


RULE = Rule(
    "isometry",
    find,
    reads=("graph", "depth", "begun", "start"),
    id="C6",
    statistic="largest over smallest singular value of the Jacobian from the first hidden layer to the last",
    threshold="1e3",
    source="Saxe, McClelland & Ganguli 2014; Pennington, Schoenholz & Ganguli 2017",
    traps="most deep networks with random weights have it: a fact, no fault",
    remedy="orthogonal weights",
    faulty=circles(stack(6, "tanh(dense(h, 16))")),
    healthy=circles(stack(6, "tanh(dense(h, 16, init=orthogonal))")),
    updates=20,
    rank=120,
    status="info",
    doc=__doc__ or "",
)
