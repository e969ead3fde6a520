"""Finds the ops that send a wrong gradient to a node: those whose backward differs from the slope of their own forward."""

from __future__ import annotations

import numpy as np

from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine
from gradlab.graph.random import Stream
from gradlab.graph.sending import sent_by

STEPS = (1e-5, 1e-6, 1e-4)
TOLERANCE = 1e-4


def culprits(machine: Machine, root: int, index: int) -> tuple[Node, ...]:
    """Return the ops that send a wrong gradient to a node; all that read it when that cannot be told.

    Values and gradients of the pass have to be there, and are the same afterwards.
    """
    reached = machine.tape.backward_program(root).reached
    readers = [n for n in machine.tape.graph.nodes if index in n.inputs and n.phase == "f" and reached[n.index]]
    if len(readers) < 2:
        return tuple(readers)
    wrong = [n for n in readers if not n.op.surrogate and not _is_right(machine, root, n, index)]
    return tuple(wrong or readers)


def _is_right(machine: Machine, root: int, reader: Node, index: int) -> bool:
    """Whether what an op sends to a node is the slope of Σ gradient · output, along a random direction."""
    kept, g = machine.value(index).copy(), machine.grad(reader.index).copy()
    direction = Stream(0, f"culprit:{reader.key}").normal(kept.shape)
    step = machine.tape.backward_order(root).index(reader.index)
    analytic = float(np.sum(sent_by(machine, root, step, index) * direction))
    run = machine.runner((reader.index,))
    errors = []
    for size in STEPS:
        ends = []
        for sign in (1.0, -1.0):
            machine.write(index, kept + sign * size * direction)
            run()
            ends.append(float(np.sum(g * machine.value(reader.index))))
        numeric = (ends[0] - ends[1]) / (2 * size)
        errors.append(abs(analytic - numeric) / max(abs(analytic), abs(numeric), 1e-12))
    machine.write(index, kept)
    run()
    return min(errors) <= TOLERANCE
