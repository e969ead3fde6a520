"""Running a graph in which surrogates move as their backward says, so that everything around them can be checked by numbers.

A surrogate's backward is on purpose not its derivative. Where the check moves something, such an op is replaced by a straight
line through its present value, whose slope is what its backward sends for the gradient that it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine


def runner_by_rule(machine: Machine, order: Sequence[int]) -> Callable[[], None]:
    """Return what runs these ops in their order, surrogates by their rule. Values and gradients have to be there already."""
    parts: list[Callable[[], None]] = []
    plain: list[int] = []
    for index in order:
        node = machine.tape.graph.nodes[index]
        if not node.op.surrogate:
            plain.append(index)
            continue
        parts += [machine.runner(tuple(plain)), _line(machine, node)]
        plain = []
    parts.append(machine.runner(tuple(plain)))

    def run() -> None:
        for part in parts:
            part()

    return run if len(parts) > 1 else parts[0]


def _line(machine: Machine, node: Node) -> Callable[[], None]:
    """Return what writes z + Σ slope · (x - x before) into a node."""
    assert node.op.backward is not None and node.op.kind == "elementwise"
    inputs = [machine.value(i) for i in node.inputs]
    before, start = [x.copy() for x in inputs], machine.value(node.index).copy()
    sign = np.where(machine.grad(node.index) < 0, -1.0, 1.0)
    sent = node.op.backward(sign, start, *before, *(float(node.attrs[name]) for name in node.op.floats))
    slopes = [sign * part for part in (sent if isinstance(sent, tuple) else (sent,))]

    def run() -> None:
        z = start
        for position, (slope, x, old) in enumerate(zip(slopes, inputs, before, strict=True)):
            if node.op.flows(position):
                z = z + slope * np.where(x == old, 0.0, x - old)
        machine.write(node.index, z)

    return run
