"""Running phases f and b as a person means it: from wherever the cursor stands, with edits, from any root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.journal import BackwardAgain, ForwardAgain, Refresh
from gradlab.axis.position import Position
from gradlab.axis.refresh import is_stale
from gradlab.axis.states import sends
from gradlab.errors import ActionError
from gradlab.graph.cuts import why_unreached
from gradlab.op import Array
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.core import Core


def forward(core: Core, stop: str | None) -> None:
    """Run phase f to a node or to its end. Raises ActionError for a node that is no op of the model."""
    place = None if stop is None else _forward_place(core, stop)
    at = core.position
    if at.phase == "u" and at.op:
        core.go(Position(at.update + 1))
    elif at.phase != "f":
        _begin_again(core)
    update = core.position.update
    core.go(core.run.timeline.end(update, "f") if place is None else Position(update, "f", place))
    _refresh(core)


def _forward_place(core: Core, name: str) -> int:
    index = core.known.nodes[name]
    order = core.tape.forward_order
    if index not in order:
        node = core.graph.nodes[index]
        what = "a leaf: it has its value from the start" if node.is_leaf else "an op of the update, not of the forward pass"
        raise ActionError(f"`{node.name}` is {what}")
    return order.index(index) + 1


def _begin_again(core: Core) -> None:
    """Start phase f of this update again, with the edits of leaves that were made since."""
    at, deeds = core.position, core.run.plan.deeds
    if is_stale(core.run) or any(position.phase != "f" and position <= at for position in deeds):
        core.replan(ForwardAgain(at, "forward", _leaf_gradients(core)), Position(at.update))
        core.notes.append(f"update {at.update} begins its forward pass again")
    else:
        core.go(core.run.timeline.end(at.update, "f"))


def _refresh(core: Core) -> None:
    """Leave nothing stale behind."""
    if is_stale(core.run):
        core.edit(Refresh(core.position, "refresh"))
        core.notes += core.run.notes
        core.run.notes.clear()


def backward(core: Core, name: str | None, seed: Expression | None, stop: str | None) -> None:
    """Run phase b from a root to a node or to its end. Raises ActionError without a root, or for a root of many numbers."""
    at = core.position
    if name is None and seed is None and at.phase == "b" and at.op < core.run.timeline.count(at.update, "b"):
        _finish(core, stop)
        return
    root = _root(core, name)
    if at.phase == "f":
        core.go(core.run.timeline.end(at.update, "f"))
    array = _seed(core, root, seed)
    if not _is_planned(core, root, array):
        deed = BackwardAgain(core.position, f"backward {core.graph.nodes[root].name}", root, array)
        core.replan(deed, Position(at.update, "b", 0))
    _finish(core, stop)


def _finish(core: Core, stop: str | None) -> None:
    update = core.position.update
    target = core.run.timeline.end(update, "b") if stop is None else _backward_place(core, update, stop)
    core.go(target)
    _refresh(core)


def _backward_place(core: Core, update: int, name: str) -> Position:
    """Return where the gradient of a node is final."""
    root = core.run.root_of(update)
    assert root is not None
    index = core.known.nodes[name]
    if core.graph.nodes[index].phase == "u":
        raise ActionError(f"`{name}` belongs to the update, which no gradient flows through")
    if not core.tape.backward_program(root).reached[index]:
        to = f"`{core.graph.nodes[root].name}`{why_unreached(core.tape, root, index)}"
        raise ActionError(f"no path leads from `{name}` to {to}: the backward pass does not come by")
    edges = sends(core.tape, root)
    steps = edges.step[edges.target == index]
    return Position(update, "b", int(steps[-1]) + 1 if len(steps) else 0)


def _root(core: Core, name: str | None) -> int:
    index = core.run.default_root(core.position.update) if name is None else core.known.nodes[name]
    if index is None:
        raise ActionError("no node to start from: the model has no scalar; say `backward NODE with EXPR`")
    if core.graph.nodes[index].phase == "u":
        raise ActionError(f"`{name}` belongs to the update, which no gradient flows through")
    return index


def _seed(core: Core, root: int, seed: Expression | None) -> Array | None:
    """Return the gradient that the root begins with; None for 1."""
    node = core.graph.nodes[root]
    if seed is None:
        if node.size != 1:
            raise ActionError(
                f"`{node.name}` has {node.size:,} numbers, shape {node.shape}: say what to begin with,"
                f" for instance `backward {node.name} with 1`"
            )
        return None
    given = np.asarray(seed.evaluate(core.environment()))
    try:
        return np.broadcast_to(given, node.shape).astype(core.tape.dtype)
    except ValueError:
        raise ActionError(f"shape {given.shape} does not fit `{node.name}`, whose shape is {node.shape}") from None


def _is_planned(core: Core, root: int, seed: Array | None) -> bool:
    """Whether the backward pass of this update is that one already."""
    planned = core.run.plan.backward
    if planned is None:
        return seed is None and root == core.run.root_of(core.position.update)
    same_seed = planned.seed is None if seed is None else planned.seed is not None and np.array_equal(seed, planned.seed)
    return planned.base is None and planned.root == root and same_seed


def accumulate(core: Core, name: str | None, seed: Expression | None) -> None:
    """Run a backward pass that starts from the gradients that leaves have. Raises ActionError when there are none."""
    at = core.position
    base = _leaf_gradients(core) if at.phase != "f" else _kept_gradients(core)
    if base is None:
        raise ActionError("nothing to add to: run `backward` to its end first")
    if at.phase == "f":
        core.go(core.run.timeline.end(at.update, "f"))
    root = _root(core, name)
    deed = BackwardAgain(core.position, f"accumulate {core.graph.nodes[root].name}", root, _seed(core, root, seed), base)
    core.replan(deed, Position(at.update, "b", 0))
    _finish(core, None)


def _leaf_gradients(core: Core) -> Mapping[int, Array] | None:
    """Return copies of the gradients of all leaves that have one; None unless the backward pass is done."""
    root = core.run.root_of(core.position.update)
    if root is None or core.run.done("b") < core.run.timeline.count(core.position.update, "b"):
        return None
    reached = core.tape.backward_program(root).reached
    found = {n.index: core.run.machine.grad(n.index).copy() for n in core.graph.nodes if reached[n.index] and n.is_leaf}
    earlier = core.run.plan.backward.base if core.run.plan.backward is not None else None
    return {**(earlier or {}), **found}


def _kept_gradients(core: Core) -> Mapping[int, Array] | None:
    """Return the gradients that were there when the forward pass of this update began again."""
    again = [deed for deed in core.journal.deeds if isinstance(deed, ForwardAgain | BackwardAgain)]
    mine = [deed for deed in again if deed.position.update == core.position.update]
    return mine[-1].grads if mine and isinstance(mine[-1], ForwardAgain) else None
