"""Running a graph in which surrogates move as their backward says, so that everything around them can be checked by numbers.

A surrogate's backward is on purpose not its derivative. Where the check moves something, such an op is replaced by a straight
line through its present value, whose slope is what its backward sends for the gradient that it was given.

A surrogate that takes its value from one input and sends its gradient to another claims that the two have the same slope. Where
both depend on what is moved that can be true or false: there it is run as it is, and the check compares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine


def silent_inputs(node: Node) -> list[int]:
    """Return the inputs that give an op its value, while its gradient goes to others: those of what claims that they agree."""
    flows = [node.op.flows(position) for position in range(len(node.inputs))]
    return [i for i, flowing in zip(node.inputs, flows, strict=True) if not flowing] if node.op.surrogate and any(flows) else []


def by_rule(nodes: Sequence[Node], order: Sequence[int], moved: int) -> list[int]:
    """Return those of some ops that move as their backward says when a node is moved: surrogates, whose own value does not."""
    moving = {moved, *order}
    return [i for i in order if nodes[i].op.surrogate and moving.isdisjoint(silent_inputs(nodes[i]))]


def runner_by_rule(machine: Machine, order: Sequence[int], moved: int) -> Callable[[], None]:
    """Return what runs these ops in their order, surrogates by their rule. Values and gradients have to be there already."""
    parts: list[Callable[[], None]] = []
    plain: list[int] = []
    lines = set(by_rule(machine.tape.graph.nodes, order, moved))
    for index in order:
        node = machine.tape.graph.nodes[index]
        if index not in lines:
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
