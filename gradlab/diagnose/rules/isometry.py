"""How differently a network stretches the directions that go through its layers.

The singular values of the Jacobian from the first hidden layer to the last one, for one sample. Where the largest is a thousand
times the smallest, some directions of the first layer hardly reach the output. That is a fact about most deep networks with
random weights, and no fault: orthogonal weights keep the values together, and such networks learn faster. A layer norm takes
the mean of a sample and its size out: these directions are left out here, as is what rounding makes of a value of 0.
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
from gradlab.graph.machine import Machine

SPREAD, UNITS = 1e3, 64
ROUNDING = 64
"""Of the spacing of numbers at the largest singular value: what is below is rounding."""
FLAT = 1e-2
"""Of the largest one of a normalisation alone: below it a direction is one of those that it takes out."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the spread of the singular values is that large."""
    rows = examination.depth.hidden
    if len(rows) < 2 or examination.recurrent or rows[0].z is None or rows[-1].z is None:
        return
    jacobian = _jacobian(examination, rows[0].z, rows[-1].z)
    if jacobian is None or not np.isfinite(jacobian).all():
        return
    values = np.linalg.svd(jacobian, compute_uv=False)
    values = values[: max(0, len(values) - _taken_out(examination, rows[0].z, rows[-1].z))]
    values = values[values > ROUNDING * np.finfo(examination.lab.tape.dtype).eps * values.max(initial=0.0)]
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
    return _of_sample(machine, last, first, len(machine.tape.backward_order(last)))


def _taken_out(examination: Examination, first: int, last: int) -> int:
    """Return how many directions normalisations between two nodes take out: of a layer norm the mean and the size."""
    nodes, made, found = examination.graph.nodes, {first}, 0
    machine = next(examination.bench.passes(examination.leaves[0], "eval", 1))
    for node in nodes[first + 1 : last + 1]:
        if node.phase != "f" or made.isdisjoint(node.inputs):
            continue
        made.add(node.index)
        shapes = node.shape, nodes[node.inputs[0]].shape
        if node.op.role == "normalise" and shapes[0] == shapes[1] and 1 < node.size // node.shape[0] <= UNITS:
            values = np.linalg.svd(_of_sample(machine, node.index, node.inputs[0], 1), compute_uv=False)
            found += int(np.sum(values < FLAT * values[0]))
    return found


def _of_sample(machine: Machine, last: int, first: int, steps: int) -> npt.NDArray[np.float64]:
    """Return how the numbers of one sample at a node depend on those at another, by so many steps of the backward pass."""
    seed, rows = np.zeros(machine.value(last).shape), []
    for unit in range(seed[0].size):
        seed[0] = (np.arange(seed[0].size) == unit).reshape(seed[0].shape)
        machine.seed(last, seed)
        machine.backward(last, 0, steps)
        rows.append(np.array(machine.grad(first)[0], np.float64).reshape(-1))
    return np.array(rows)


RULE = Rule(
    "isometry",
    find,
    reads=("graph", "depth", "begun", "start"),
    id="C6",
    statistic="largest over smallest singular value of the Jacobian from the first hidden layer to the last",
    threshold="1e3",
    source="Saxe, McClelland & Ganguli 2014; Pennington, Schoenholz & Ganguli 2017",
    traps="most deep networks with random weights have it: a fact, no fault; the directions that a layer norm takes out, and "
    "what only rounding tells from 0",
    remedy="orthogonal weights",
    faulty=circles(stack(6, "tanh(dense(h, 16))")),
    healthy=circles(stack(6, "tanh(dense(h, 16, init=orthogonal))")),
    updates=20,
    rank=120,
    status="info",
    doc=__doc__ or "",
)
