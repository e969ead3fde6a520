"""What one op alone sends back to a value that others may read, too."""

from __future__ import annotations

from collections.abc import Mapping

from gradlab.graph.machine import Machine
from gradlab.op import Array

NOTHING: Mapping[int, Array] = {}


def sent_by(machine: Machine, root: int, step: int, source: int, values: Mapping[int, Array] = NOTHING) -> Array:
    """Return what a step of the backward program of a root sends to a value that its op reads.

    values: what leaves held when the op ran forward, where that is not what they hold now. All numbers are the same afterwards.
    """
    index = machine.tape.backward_order(root)[step]
    inputs = dict.fromkeys(machine.tape.graph.nodes[index].inputs)
    grads = {i: machine.grad(i).copy() for i in inputs}
    now = {i: machine.value(i).copy() for i in inputs if i in values}
    for i in now:
        machine.write(i, values[i])
    machine.write(source, 0.0, "grad")
    machine.backward(root, step, step + 1, add=True)
    sent = machine.grad(source).copy()
    for i, array in grads.items():
        machine.write(i, array, "grad")
    for i, array in now.items():
        machine.write(i, array)
    return sent
