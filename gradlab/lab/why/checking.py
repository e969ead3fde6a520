"""Numerical checks beside the run: of gradients, and of what a small change does. Nothing here moves the laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from gradlab.errors import ActionError
from gradlab.graph import gradcheck
from gradlab.graph.gradcheck import Verdict
from gradlab.lab.hidden import is_unseen

if TYPE_CHECKING:
    from gradlab.graph.graph import Node
    from gradlab.graph.machine import Machine
    from gradlab.lab.core import Core

NUDGED = ("predicted", "actual")
"""The names by which expressions may ask for what the last nudge predicted and found."""
LONG = inf
"""Seconds of a check that nobody bounds."""


def check(
    core: Core, root: int | None = None, nodes: Sequence[int] | None = None, full: bool = False, seconds: float = LONG
) -> tuple[Verdict, ...]:
    """Check gradients in float64: of some nodes, or of all that lead to the root. Raises ActionError without a root.

    full: all elements of a node are moved, not some.   seconds: after which what is left stays unchecked.
    Numbers that stand in a formula have no name to be asked by; nobody asks for their gradients.
    """
    start = present_root(core) if root is None else root
    chosen = [n.index for n in core.graph.nodes if n.index != start and not _is_literal(n)] if nodes is None else nodes
    sizes = [core.graph.nodes[index].size for index in chosen]
    moves = sum(sizes) if full else sum(min(size, gradcheck.ELEMENTS) for size in sizes)
    with core.backend.working():
        shadow = core.twins.shadow(passes=1 + moves)
        return gradcheck.check(shadow, start, chosen, core.run.seed, full, core.breathe, seconds)


def _is_literal(node: Node) -> bool:
    """Whether a node is a number of a formula: `_const.3`, within a layer `hidden._const.3`."""
    return node.op.role == "constant" and "_const" in node.name.split(".")


def present_update(core: Core) -> int:
    """Return the update whose backward pass is shown."""
    at = core.position
    return at.update - 1 if at.phase == "f" and core.run.has_past and at.op == 0 else at.update


def present_root(core: Core) -> int:
    """Return the root of the backward pass that is shown. Raises ActionError when there is none."""
    root = core.run.root_of(present_update(core))
    if root is None:
        raise ActionError("no root: the model has no scalar; run `backward NODE with EXPR` first")
    return root


@dataclass(frozen=True, slots=True)
class Nudge:
    """What a change of one number does to the root: predicted from the gradient, and really."""

    root: str
    before: float
    predicted: float
    actual: float

    @property
    def apart(self) -> float:
        """How much the real change is larger than the predicted one."""
        return self.predicted if is_unseen(self.predicted) else self.actual - self.predicted


def nudge(core: Core, index: int, element: int, by: float) -> Nudge:
    """Change one number of a value in a float64 shadow, and run what depends on it. Raises ActionError without a root.

    What it predicts and what it finds are kept as `predicted` and `actual`.
    """
    root = present_root(core)
    machine = core.twins.shadow()
    node = core.graph.nodes[index]
    if node.phase == "u":
        raise ActionError(f"`{node.name}` belongs to the update: the root does not depend on it")
    with core.backend.working():
        _run(machine, root)
    reached = machine.tape.backward_program(root).reached[index]
    slope = float(machine.grad(index).reshape(-1)[element]) if reached else 0.0
    before = float(np.sum(machine.value(root)))
    place = np.unravel_index(element, node.shape)
    machine.write(index, machine.value(index)[place] + by, "value", place)
    machine.runner(_dependants(machine, index, root))()
    after = float(np.sum(machine.value(root)))
    core.keep(**dict(zip(NUDGED, (slope * by, after - before), strict=True)))
    return Nudge(core.graph.nodes[root].name, before, slope * by, after - before)


def _run(machine: Machine, root: int) -> None:
    machine.forward(0, len(machine.tape.forward_order))
    machine.seed(root)
    machine.backward(root, 0, len(machine.tape.backward_order(root)))


def _dependants(machine: Machine, index: int, root: int) -> list[int]:
    """Return the ops that have to be run again when a value changes, in their order."""
    touched, order = {index}, []
    for i in machine.tape.forward_order:
        if index < i <= root and not touched.isdisjoint(machine.tape.graph.nodes[i].inputs):
            touched.add(i)
            order.append(i)
    return order
