"""Running phases f and b as a person means it: from wherever the cursor stands, with edits, from any root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.journal import Pass, Refresh, Rerun
from gradlab.axis.position import Position
from gradlab.axis.refresh import is_stale
from gradlab.axis.states import sends
from gradlab.errors import ActionError
from gradlab.op import Array
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


def forward(lab: Lab, stop: str | None) -> None:
    """Run phase f to a node or to its end. Raises ActionError for a node that is no op of the model."""
    place = None if stop is None else _forward_place(lab, stop)
    at = lab.position
    if at.phase == "u" and at.op:
        lab.go(Position(at.update + 1))
    elif at.phase != "f":
        _begin_again(lab)
    update = lab.position.update
    lab.go(lab.run.timeline.end(update, "f") if place is None else Position(update, "f", place))
    _refresh(lab)


def _forward_place(lab: Lab, name: str) -> int:
    index = lab.known.nodes[name]
    order = lab.tape.forward_order
    if index not in order:
        node = lab.graph.nodes[index]
        what = "a leaf: it has its value from the start" if node.is_leaf else "an op of the update, not of the forward pass"
        raise ActionError(f"`{node.name}` is {what}")
    return order.index(index) + 1


def _begin_again(lab: Lab) -> None:
    """Start phase f of this update again, with the edits of leaves that were made since."""
    at, deeds = lab.position, lab.run.plan.deeds
    if is_stale(lab.run) or any(position.phase != "f" and position <= at for position in deeds):
        lab.replan(Rerun(at, "forward", _leaf_gradients(lab)), Position(at.update))
        lab.say("info", f"update {at.update} begins its forward pass again")
    else:
        lab.go(lab.run.timeline.end(at.update, "f"))


def _refresh(lab: Lab) -> None:
    """Leave nothing stale behind."""
    if is_stale(lab.run):
        lab.edit(Refresh(lab.position, "refresh"))
        for note in lab.run.notes:
            lab.say("info", note)
        lab.run.notes.clear()


def backward(lab: Lab, name: str | None, seed: Expression | None, stop: str | None) -> None:
    """Run phase b from a root to a node or to its end. Raises ActionError without a root, or for a root of many numbers."""
    at = lab.position
    if name is None and seed is None and at.phase == "b" and at.op < lab.run.timeline.count(at.update, "b"):
        _finish(lab, stop)
        return
    root = _root(lab, name)
    if at.phase == "f":
        lab.go(lab.run.timeline.end(at.update, "f"))
    array = _seed(lab, root, seed)
    if not _is_planned(lab, root, array):
        lab.replan(Pass(lab.position, f"backward {lab.graph.nodes[root].name}", root, array), _start(lab, at.update))
    _finish(lab, stop)


def _start(lab: Lab, update: int) -> Position:
    return Position(update, "b", 0)


def _finish(lab: Lab, stop: str | None) -> None:
    update = lab.position.update
    target = lab.run.timeline.end(update, "b") if stop is None else _backward_place(lab, update, stop)
    lab.go(target)
    _refresh(lab)


def _backward_place(lab: Lab, update: int, name: str) -> Position:
    """Return where the gradient of a node is final."""
    root = lab.run.root_of(update)
    assert root is not None
    index = lab.known.nodes[name]
    if lab.graph.nodes[index].phase == "u" or not lab.tape.backward_program(root).reached[index]:
        raise ActionError(f"no path leads from `{name}` to `{lab.graph.nodes[root].name}`: the backward pass does not come by")
    edges = sends(lab.tape, root)
    steps = edges.step[edges.target == index]
    return Position(update, "b", int(steps[-1]) + 1 if len(steps) else 0)


def _root(lab: Lab, name: str | None) -> int:
    index = lab.run.default_root(lab.position.update) if name is None else lab.known.nodes[name]
    if index is None:
        raise ActionError("no node to start from: the model has no scalar; say `backward NODE with EXPR`")
    if lab.graph.nodes[index].phase == "u":
        raise ActionError(f"`{name}` belongs to the update, which no gradient flows through")
    return index


def _seed(lab: Lab, root: int, seed: Expression | None) -> Array | None:
    """Return the gradient that the root begins with; None for 1."""
    node = lab.graph.nodes[root]
    if seed is None:
        if node.size != 1:
            raise ActionError(
                f"`{node.name}` has {node.size:,} numbers, shape {node.shape}: say what to begin with,"
                f" for instance `backward {node.name} with 1`"
            )
        return None
    given = np.asarray(seed.evaluate(lab.environment()))
    try:
        return np.broadcast_to(given, node.shape).astype(lab.tape.dtype)
    except ValueError:
        raise ActionError(f"shape {given.shape} does not fit `{node.name}`, whose shape is {node.shape}") from None


def _is_planned(lab: Lab, root: int, seed: Array | None) -> bool:
    """Whether the backward pass of this update is that one already."""
    planned = lab.run.plan.backward
    if planned is None:
        return seed is None and root == lab.run.root_of(lab.position.update)
    same_seed = planned.seed is None if seed is None else planned.seed is not None and np.array_equal(seed, planned.seed)
    return planned.base is None and planned.root == root and same_seed


def accumulate(lab: Lab, name: str | None, seed: Expression | None) -> None:
    """Run a backward pass that starts from the gradients that leaves have. Raises ActionError when there are none."""
    at = lab.position
    base = _leaf_gradients(lab) if at.phase != "f" else _kept_gradients(lab)
    if base is None:
        raise ActionError("nothing to add to: run `backward` to its end first")
    if at.phase == "f":
        lab.go(lab.run.timeline.end(at.update, "f"))
    root = _root(lab, name)
    entry = Pass(lab.position, f"accumulate {lab.graph.nodes[root].name}", root, _seed(lab, root, seed), base)
    lab.replan(entry, _start(lab, at.update))
    _finish(lab, None)


def _leaf_gradients(lab: Lab) -> Mapping[int, Array] | None:
    """Return copies of the gradients of all leaves that have one; None unless the backward pass is done."""
    root = lab.run.root_of(lab.position.update)
    if root is None or lab.run.done("b") < lab.run.timeline.count(lab.position.update, "b"):
        return None
    reached = lab.tape.backward_program(root).reached
    found = {n.index: lab.run.machine.grad(n.index).copy() for n in lab.graph.nodes if reached[n.index] and n.is_leaf}
    earlier = lab.run.plan.backward.base if lab.run.plan.backward is not None else None
    return {**(earlier or {}), **found}


def _kept_gradients(lab: Lab) -> Mapping[int, Array] | None:
    """Return the gradients that were there when the forward pass of this update began again."""
    mine = [e for e in lab.journal.entries if e.position.update == lab.position.update and isinstance(e, Rerun | Pass)]
    return mine[-1].grads if mine and isinstance(mine[-1], Rerun) else None
