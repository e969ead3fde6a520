"""A hash of everything that can be seen at a position: states, and the numbers that are not pending."""

from __future__ import annotations

import hashlib

from gradlab.axis.position import State
from gradlab.axis.run import Run

HIDDEN = (State.PENDING, State.UNREACHED)


def digest(run: Run) -> str:
    """Return the hash, as hexadecimal digits."""
    values, grads = run.value_states(), run.grad_states()
    found = hashlib.sha256(f"{run.at} {run.root_of(run.at.update)} {run.seed} {run.mode} ".encode())
    found.update(values.tobytes() + grads.tobytes())
    for node in run.graph.nodes:
        if State(values[node.index]) not in HIDDEN:
            found.update(run.machine.value(node.index).tobytes())
        if State(grads[node.index]) not in HIDDEN:
            found.update(run.machine.grad(node.index).tobytes())
    for leaf in sorted(run.before):
        found.update(run.before[leaf].tobytes())
    return found.hexdigest()
