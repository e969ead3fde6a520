"""Whether what an output meets on its way into the loss is what it should become: then it is a target.

A number of the data that a loss reads may be a target, and it may as well be the return of an action, the logarithm of a
probability that another network gave, a weight, a mask. Which of them it is, the loss itself says, when it is asked for its
gradient where the two meet:

    a distance       the value at the meeting is set above 0 and below: the gradient leads back to 0 from everywhere
    a likelihood     the gradient at what a class, or a number from 0 to 1, has picked or weighs has one sign for all samples

A loss of the library says it of itself. Where none of this holds, it is not known that there is a target, and nothing is said
of one: no task, no loss of chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.bench import DataBench
from gradlab.diagnose.roles import Output, Roles
from gradlab.graph.cuts import behind
from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine
from gradlab.op import Array

Floats = npt.NDArray[np.float64]
EVEN = 1e-3
"""How far gradients may be apart that are one number: then no sample counts otherwise than another, and a sign is wrong."""
SIZES = (0.5, -0.8, 1.1, 0.7, -1.3, -0.6, 0.9)
"""Numbers that differences are set to, of their own size."""


def aimed(roles: Roles, bench: DataBench, leaves: Mapping[int, Array]) -> Roles:
    """Return roles in which only what is surely a target is one. leaves: what parameters held in the beginning.

    What meets other data on its way to a target is no output, nor is what was compared already and is weighed. Raises Stopped.
    """
    asked = [out for out in roles.outputs if roles.graph.nodes[out.loss].op.role != "loss"]
    if not asked:
        return roles
    machine = next(iter(bench.passes(leaves, "eval", 1)))
    probe = _Probe(roles, machine, {out.loss for out in asked})
    unsure = [out for out in asked if not probe.is_target(out)]
    sure = [out for out in roles.outputs if not any(out is other for other in unsure)]
    ways, compared = [behind(roles.graph, out.node) for out in sure], {out.loss for out in sure}
    rest = [out for out in unsure if not any(way[out.loss] for way in ways) and not _is_made_of(roles, out.loss, compared)]
    return roles.with_outputs([*sure, *(replace(out, target=-1, against=-1) for out in rest)])


def _is_made_of(roles: Roles, index: int, others: set[int]) -> bool:
    made = behind(roles.graph, index)
    return any(made[other] for other in others - {index})


class _Probe:
    """One look at where outputs meet data, the meetings. machine: behind the forward pass of a batch."""

    def __init__(self, roles: Roles, machine: Machine, meetings: set[int]) -> None:
        self.roles, self.machine, self.nodes = roles, machine, roles.graph.nodes
        program = machine.tape.backward_program(roles.root)
        self.order = program.order
        self._back(0)
        self.grads = {i: np.array(machine.grad(i), np.float64) for i in meetings if program.reached[i]}

    def is_target(self, out: Output) -> bool:
        """Whether an output is compared with what it should be; a loss that is not finite is not asked."""
        meeting, grad = self.nodes[out.loss], self.grads.get(out.loss)
        if grad is None:
            return False
        return not np.isfinite(grad).all() or self._is_distance(meeting) or self._is_likelihood(out, grad)

    @np.errstate(all="ignore")
    def _is_distance(self, meeting: Node) -> bool:
        """Whether the gradient leads back to a difference of 0, or away from it, wherever that stands; to a quotient of 1."""
        if meeting.op.operator not in ("-", "+", "/"):
            return False
        value, centre = np.asarray(self.machine.value(meeting.index), np.float64), float(meeting.op.operator == "/")
        size = 1.0 if centre else float(np.sqrt(np.mean(value**2))) or 1.0
        moved = size * np.resize(SIZES, value.size).reshape(value.shape) * (0.5 if centre else 1.0)
        pulls = np.stack([way * self._gradient(meeting, centre + way) for way in (moved, -moved)])
        return bool(np.any(pulls) and np.isfinite(pulls).all() and ((pulls >= 0).all() or (pulls <= 0).all()))

    def _is_likelihood(self, out: Output, grad: Floats) -> bool:
        """Whether all classes that are named are to become likelier; or, of a loss of nothing else, all alike less so."""
        meeting = self.nodes[out.loss]
        if meeting.op.operator == "*" and meeting.size != self.nodes[out.node].size:
            return False  # what was picked of the output already is weighed, as by a mask
        targets = np.asarray(self.machine.value(out.target if out.against < 0 else out.against), np.float64)
        shares = bool((targets >= 0).all() and (targets <= 1).all())
        if meeting.op.operator in ("-", "+") or not (shares or (targets == np.floor(targets)).all()):
            return False
        sizes = np.abs(grad[grad != 0])
        if not sizes.size:
            return False
        alone = len(self.roles.outputs) == 1 and np.ptp(sizes) <= EVEN * sizes.max()
        return bool((grad <= 0).all()) or bool((grad >= 0).all() and alone)

    def _gradient(self, meeting: Node, value: Floats) -> Floats:
        """Return the gradient at a node with its value set to another; all values are as they were afterwards."""
        before = self.machine.value(meeting.index).copy()
        self._set(meeting, value)
        self._back(meeting.index)
        found = np.array(self.machine.grad(meeting.index), np.float64)
        self._set(meeting, before)
        return found

    def _back(self, index: int) -> None:
        """Run the backward pass down to a node."""
        self.machine.seed(self.roles.root)
        self.machine.backward(self.roles.root, 0, sum(step > index for step in self.order))

    def _set(self, meeting: Node, value: Array) -> None:
        """Write the value of a node, and compute what depends on it."""
        self.machine.write(meeting.index, value)
        with np.errstate(all="ignore"):
            self.machine.runner(_from(self.roles, meeting.index))()


def _from(roles: Roles, index: int) -> list[int]:
    """Return the ops that depend on a node, up to the loss, in order."""
    found = {index}
    for node in roles.graph.nodes[index : roles.root + 1]:
        if node.phase == "f" and not found.isdisjoint(node.inputs):
            found.add(node.index)
    return sorted(found - {index})
