"""What a narrow dtype loses: the same pass in it and in float64, number by number. Nothing here moves the laboratory.

The passes go through the whole model from the leaves of the present update; edits of values that are not leaves are left out.
float16 is simulated: every op computes in float32, and each of its results, sums of gradients included, is rounded to float16
when it is stored, as accelerators do.
Source: Micikevicius et al., *Mixed precision training*, 2018 (where gradients underflow, and what a scale of the loss does).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.errors import ActionError
from gradlab.graph.machine import Machine, What
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.lab.why.checking import present_root
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.lab.core import Core

DTYPES = ("float32", "float16")


@dataclass(frozen=True, slots=True)
class Lost:
    """What a value or a gradient lost.

    what: "value" or "grad".   size: its elements.
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


def lost(core: Core, dtype: str = "float32", scale: float = 1.0) -> tuple[Lost, ...]:
    """Compare a pass in a narrow dtype with one in float64: of every value, then of every gradient on the way to the root.

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
        _run(thin, root, scale, np.float16 if dtype == "float16" else None)
        nodes = [node for node in core.graph.nodes if node.phase == "f"]
        found = [_compared(n.index, n.name, "value", thin.value(n.index), wide.value(n.index), dtype, 1.0) for n in nodes]
        if root is not None:
            reached = wide.tape.backward_program(root).reached
            found += [
                _compared(n.index, n.name, "grad", thin.grad(n.index), wide.grad(n.index), dtype, scale)
                for n in nodes if reached[n.index]
            ]  # fmt: skip
    return tuple(found)


def _thin(core: Core, wide: Machine, dtype: str) -> Machine:
    """Return a float32 machine with the same leaves; one that is rounded after each op has no need of kernels."""
    tape = core.tape if core.tape.dtype == np.float32 else Tape(core.graph, "float32", core.memory)
    core.twins.afford("a run in float32", tape)
    thin = make_machine(tape, "" if dtype == "float16" else core.backend.beside(tape))
    with np.errstate(all="ignore"):
        for node in core.graph.nodes:
            if node.is_leaf and node.op.role != "gradient":
                thin.write(node.index, wide.value(node.index))
    return thin


def _run(machine: Machine, root: int | None, scale: float, rounding: type[np.float16] | None) -> None:
    tape = machine.tape
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


def _run_back(machine: Machine, root: int, rounding: type[np.float16] | None) -> None:
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


def _round(machine: Machine, index: int, what: What, rounding: type[np.float16] | None) -> None:
    machine.write(index, machine.read(index, what).astype(rounding), what)


def _compared(index: int, name: str, what: str, thin: Array, wide: Array, dtype: str, scale: float) -> Lost:
    """Count what was lost; `thin` is still scaled, since that is what has to be stored."""
    size, limit = np.abs(thin), float(np.finfo(dtype).smallest_normal)
    under, over = (thin == 0) & (wide != 0), np.isfinite(wide) & ~np.isfinite(thin)
    rest = np.isfinite(wide) & (wide != 0) & ~under & ~over
    largest = float(np.max(np.abs(wide[np.isfinite(wide)]), initial=0.0))
    errors = np.abs(thin[rest].astype(np.float64) / scale - wide[rest]) / (largest or 1.0)
    return Lost(index, name, what, thin.size, int(under.sum()), int(((size > 0) & (size < limit)).sum()), int(over.sum()),
                float(np.max(errors, initial=0.0)))  # fmt: skip
