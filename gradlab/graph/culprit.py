"""Finds the ops that send a wrong gradient to a node: those whose backward differs from the slope of their own forward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine
from gradlab.graph.random import Stream
from gradlab.graph.sending import sent_by

STEPS = (1e-5, 1e-6, 1e-4)
TOLERANCE = 1e-4
ROUNDING = 8 * np.finfo(np.float64).eps
"""What rounding may add to a sum, as a share of the sum of the magnitudes."""


def culprits(
    machine: Machine, root: int, index: int, between: Sequence[int] = (), claiming: Sequence[Node] = ()
) -> tuple[Node, ...]:
    """Return the ops that send a wrong gradient to a node; all that read it when that cannot be told.

    claiming: ops on the way whose gradient goes to another input than their value comes from; one of them it is if no other is.

    between: ops on the way to the root, of which nobody knows whether their inputs have right gradients: the one nearest to the
    root that sends something wrong is named first. Values and gradients of the pass have to be there, and are the same
    afterwards.
    """
    nodes = machine.tape.graph.nodes
    for reader in (nodes[i] for i in sorted(between, reverse=True)):
        flowing = {s for position, s in enumerate(reader.inputs) if reader.op.flows(position)}
        if not reader.op.surrogate and not all(_is_right(machine, root, reader, source) for source in sorted(flowing)):
            return (reader,)
    reached = machine.tape.backward_program(root).reached
    readers = [n for n in nodes if index in n.inputs and n.phase == "f" and reached[n.index]]
    if len(readers) < 2 and not claiming:
        return tuple(readers)
    wrong = [n for n in readers if not n.op.surrogate and not _is_right(machine, root, n, index)]
    return tuple(wrong or claiming or readers)


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
            terms = g * machine.value(reader.index)
            ends.append(float(np.sum(terms)))
        numeric = (ends[0] - ends[1]) / (2 * size)
        rounding = ROUNDING * float(np.sum(np.abs(terms))) / size
        gap = abs(analytic - numeric)
        errors.append(0.0 if gap <= rounding else gap / max(abs(analytic), abs(numeric)))
    machine.write(index, kept)
    run()
    return min(errors) <= TOLERANCE
