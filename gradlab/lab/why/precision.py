"""What a narrow dtype loses: the same pass in it and in float64, number by number. Nothing here moves the laboratory.

The passes go through the whole model from the leaves of the present update; edits of values that are not leaves are left out.
float16 and bfloat16 are simulated: every op computes in float32, and each of its results, sums of gradients included, is
rounded when it is stored, as accelerators do. So are the leaves, and what the update computes: Adam's ε of 1e-8 is 0 in
float16. A gradient goes into the update divided by the scale of the loss again.
Source: Micikevicius et al., *Mixed precision training*, 2018 (where gradients underflow, and what a scale of the loss does).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.errors import ActionError
from gradlab.graph.graph import Graph, Objective
from gradlab.graph.machine import Machine, What
from gradlab.graph.machines import make_machine
from gradlab.graph.narrow import NARROW, rounded
from gradlab.graph.tape import Tape
from gradlab.lab.why.checking import present_root, present_update
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.lab.core import Core

DTYPES = tuple(NARROW)
SIMULATED = ("float16", "bfloat16")
"""Dtypes that no machine computes in."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What a value or a gradient lost.

    what: "value", "grad", or "update" for a value of the update phase.   size: its elements.
    underflowed: elements that are 0 and would not be.   subnormal: elements that are not 0 and below the smallest normal
    number, so that they have fewer digits.   overflowed: elements that are no finite numbers and would be.
    error: the largest error of the other elements, relative to the largest element of the array: beside that one an element
        near 0 that cancellation left has no digits of its own.
    """

    node: int
    name: str
    what: str
    size: int
    underflowed: int
    subnormal: int
    overflowed: int
    error: float


def _passes(graph: Graph, runs: tuple[Machine, Machine], root: int | None, dtype: str, scale: float) -> list[Lost]:
    """Return what values and gradients lost. runs: a narrow one and a wide one, that have run."""
    thin, wide = runs
    nodes = [node for node in graph.nodes if node.phase == "f"]
    found = [_compared(n.index, n.name, "value", thin.value(n.index), wide.value(n.index), dtype, 1.0) for n in nodes]
    if root is None:
        return found
    reached = [node.index for node in nodes if wide.tape.backward_program(root).reached[node.index]]
    return found + [_compared(i, graph.nodes[i].name, "grad", thin.grad(i), wide.grad(i), dtype, scale) for i in reached]


def lost(core: Core, dtype: str = "float32", scale: float = 1.0) -> tuple[Lost, ...]:
    """Compare a pass in a narrow dtype with one in float64.

    Of every value, then of every gradient on the way to the root, then of all that the update computes from these.

    scale: what the root is multiplied by before the narrow backward pass, and its gradients are divided by afterwards.
    """
    try:
        root: int | None = present_root(core)
    except ActionError:
        root = None
    wide = core.twins.shadow()
    thin = _thin(core, wide, dtype)
    with np.errstate(all="ignore"), core.backend.working():
        _run(wide, root, 1.0, None)
        _run(thin, root, scale, dtype)
        found = _passes(core.graph, (thin, wide), root, dtype, scale)
        objective = core.run.timeline.objective(present_update(core))
        if objective is not None and objective.root == root:
            indexes = _updated(core.graph, objective)
            _run_update(wide, objective, 1.0, "")
            _run_update(thin, objective, scale, dtype)
            found += [
                _compared(i, core.graph.nodes[i].name, "update", thin.value(i), wide.value(i), dtype, 1.0) for i in indexes
            ]
    return tuple(found)


def _thin(core: Core, wide: Machine, dtype: str) -> Machine:
    """Return a float32 machine with the same leaves; one that is rounded after each op has no need of kernels."""
    tape = core.tape if core.tape.dtype == np.float32 else Tape(core.graph, "float32", core.memory)
    core.twins.afford("a run in float32", tape)
    thin = make_machine(tape, "" if dtype in SIMULATED else core.backend.beside(tape))
    with np.errstate(all="ignore"):
        for node in core.graph.nodes:
            if node.is_leaf and node.op.role != "gradient":
                thin.write(node.index, wide.value(node.index))
    return thin


def _run(machine: Machine, root: int | None, scale: float, dtype: str | None) -> None:
    tape = machine.tape
    rounding = dtype if dtype in SIMULATED else ""
    steps = len(tape.forward_order) if rounding else 0
    numbers = _real_numbers(tape) if rounding else set()
    for index in sorted(numbers):
        if tape.graph.nodes[index].is_leaf:
            _round(machine, index, "value", rounding)
    for step in range(steps):
        machine.forward(step, step + 1)
        if tape.forward_order[step] in numbers:
            _round(machine, tape.forward_order[step], "value", rounding)
    if not rounding:
        machine.forward(0, len(tape.forward_order))
    if root is not None:
        machine.seed(root, np.full(tape.graph.nodes[root].shape, scale))
        _run_back(machine, root, rounding)


def _updated(graph: Graph, objective: Objective) -> list[int]:
    """Return the values of the update phase: what its ops give, and the numbers that belong to it."""
    read = {source for index in objective.updates for source in graph.nodes[index].inputs}
    leaves = (i for i in sorted(read) if graph.nodes[i].phase == "u" and graph.nodes[i].op.role in ("constant", "state"))
    return sorted({*leaves, *objective.updates})


def _run_update(machine: Machine, objective: Objective, scale: float, dtype: str) -> None:
    """Run the update phase with the gradients that are there, which are of a loss times `scale`."""
    rounding = dtype if dtype in SIMULATED else ""
    for index in objective.params if scale != 1.0 else ():
        machine.write(index, machine.grad(index) / scale, "grad")
    if not rounding:
        machine.update(objective, 0, len(objective.updates))
        return
    nodes = machine.tape.graph.nodes
    for index in (*objective.params, *_updated(machine.tape.graph, objective)):
        if nodes[index].is_leaf:
            _round(machine, index, "grad" if index in objective.params else "value", rounding)
    for step, index in enumerate(objective.updates):
        machine.update(objective, step, step + 1)
        _round(machine, index, "value", rounding)


def _run_back(machine: Machine, root: int, rounding: str) -> None:
    program = machine.tape.backward_program(root)
    if not rounding:
        machine.backward(root, 0, len(program.order))
        return
    _round(machine, root, "grad", rounding)
    for step, (index, modes) in enumerate(zip(program.order, program.modes, strict=True)):
        machine.backward(root, step, step + 1)
        for source, mode in zip(machine.tape.graph.nodes[index].inputs, modes, strict=True):
            if mode:
                _round(machine, source, "grad", rounding)


def _real_numbers(tape: Tape) -> set[int]:
    """Return the nodes whose values are numbers to compute with; class numbers and masks are whole and stay as they are."""
    nodes = [node for node in tape.graph.nodes if node.phase == "f"]
    read = {source for node in nodes for source in node.inputs}
    flowing = {s for node in nodes for place, s in enumerate(node.inputs) if node.op.flows(place)}
    return {node.index for node in nodes if node.index in flowing or node.index not in read}


def _round(machine: Machine, index: int, what: What, rounding: str) -> None:
    machine.write(index, rounded(machine.read(index, what), rounding), what)


def _compared(index: int, name: str, what: str, thin: Array, wide: Array, dtype: str, scale: float) -> Lost:
    """Count what was lost; `thin` is still scaled, since that is what has to be stored."""
    size, limit = np.abs(thin), NARROW[dtype].smallest
    under, over = (thin == 0) & (wide != 0), np.isfinite(wide) & ~np.isfinite(thin)
    rest = np.isfinite(wide) & (wide != 0) & ~under & ~over
    largest = float(np.max(np.abs(wide[np.isfinite(wide)]), initial=0.0))
    errors = np.abs(thin[rest].astype(np.float64) / scale - wide[rest]) / (largest or 1.0)
    return Lost(index, name, what, thin.size, int(under.sum()), int(((size > 0) & (size < limit)).sum()), int(over.sum()),
                float(np.max(errors, initial=0.0)))  # fmt: skip
