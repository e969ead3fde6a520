"""What arrived at one number of a gradient, through each consumer that has sent its own: the ledger worked out on a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gradlab.axis.environment import unreached
from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.axis.states import sends
from gradlab.errors import ActionError
from gradlab.graph.cuts import why_zero
from gradlab.kernels.rows import SKIP
from gradlab.lab.numbers import element_name
from gradlab.lab.why.ledger import MOST, Group, Ledger, LedgerRow, rounding, share
from gradlab.lab.why.local import local_derivatives
from gradlab.op import Array


@dataclass(frozen=True, slots=True)
class Drill:
    """A closer look. through: only what came through these consumers, by index; through all where it is empty.

    by: "sample" adds up what came through each sample (the first axis of the consumers), "unit" through each unit (the last
    axis, of an image the channels), "" shows every number by itself.
    """

    through: tuple[int, ...] = ()
    by: str = ""


WHOLE = Drill()
"""No closer look: all consumers, number by number."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts through one consumer, by the flat places of its numbers."""

    consumer: int
    places: Array
    upstream: Array
    local: Array

    @property
    def part(self) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(self.upstream * self.local, np.float64)


def ledger(run: Run, index: int, element: int, note: str = "", drill: Drill = WHOLE) -> Ledger:
    """Return the ledger of an element of a node's gradient, as far as the backward pass of the run has come.

    Of a drill through some consumers the total is the whole gradient still. Raises ActionError when nothing came through it.
    """
    node = run.graph.nodes[index]
    name = element_name(node.name, node.shape, element)
    root = run.root_of(run.at.update)
    root_name = "" if root is None else run.graph.nodes[root].name
    empty = absent(run, index)
    if empty is not None:
        total = 0.0 if run.grad_state(index) is State.UNREACHED else float("nan")
        return Ledger(index, element, name, root_name, total, note=empty)
    total = float(run.machine.grad(index).reshape(-1)[element])
    arrived = list(_parts(run, index, element))
    bound = _bound(run, arrived)
    parts = [part for part in arrived if not drill.through or part.consumer in drill.through]
    if not parts and drill.through:
        through = "` or `".join(run.graph.nodes[consumer].name for consumer in drill.through)
        raise ActionError(f"nothing of the gradient of `{name}` came through `{through}`")
    found = Ledger(index, element, name, root_name, total, note=note or remark(run, index))
    return _by_axis(run, found, parts, drill.by, bound) if drill.by else _summed(run, found, parts, bound)


def _bound(run: Run, parts: list[_Parts]) -> float:
    """Return what rounding may leave of the sum of all parts."""
    with np.errstate(all="ignore"):
        magnitude = sum(float(np.sum(np.abs(part.part))) for part in parts)
    return rounding(sum(len(part.places) for part in parts), magnitude, float(np.finfo(run.tape.dtype).eps))


def absent(run: Run, index: int) -> str | None:
    """Say why there is no gradient, or None when there is one."""
    node = run.graph.nodes[index]
    if node.phase == "u":
        return f"{node.name} belongs to the update, which no gradient flows through"
    state = run.grad_state(index)
    if state is State.UNREACHED:
        return f"no path leads from {node.name} to the root{unreached(run, index)}: its gradient is 0"
    if state is State.PENDING:
        return f"pending at {run.at}: nothing has been sent to {node.name} yet"
    return None


def remark(run: Run, index: int) -> str:
    """Say what is special about a gradient that is there."""
    state, root = run.grad_state(index), run.root_of(run.at.update)
    remarks = []
    if index == root:
        remarks.append("the root: its gradient is where the backward pass begins")
    if state is State.PARTIAL:
        received, total = run.table.partial(run.at, index)
        remarks.append(f"partial: {received} of {total} contributions have arrived")
    if state is State.STALE:
        remarks.append("stale: something was edited since")
    if any(edit.what == "grad" and edit.node == index for edit in run.transient):
        remarks.append("edited by hand, so that the parts need not add up to it")
    if root is not None and (zero := why_zero(run.tape, root, index)):
        remarks.append(zero)
    readers = (n for n in run.graph.nodes[index + 1 :] if n.op.surrogate and index in n.inputs)
    remarks += [f"{node.name} sends no derivative: {node.op.surrogate}" for node in readers]
    if run.adds and run.graph.nodes[index].is_leaf:
        remarks.append("added to an earlier gradient, which no row shows")
    return "; ".join(remarks)


def _parts(run: Run, index: int, element: int) -> Iterator[_Parts]:
    """Return the parts through every consumer that has sent its gradient."""
    root = run.root_of(run.at.update)
    assert root is not None
    program, edges = run.tape.backward_program(root), sends(run.tape, root)
    steps = np.unique(edges.step[edges.target == index])
    for step in steps[steps < run.done("b")].tolist():
        consumer = run.graph.nodes[program.order[step]]
        for position, (source, mode) in enumerate(zip(consumer.inputs, program.modes[step], strict=True)):
            if source == index and mode != SKIP:
                places, derivatives = local_derivatives(run.machine, consumer, position, element)
                upstream = run.machine.grad(consumer.index).reshape(-1)[places]
                yield _Parts(consumer.index, places, upstream, derivatives)


def _summed(run: Run, empty: Ledger, parts: list[_Parts], bound: float) -> Ledger:
    """Fill in the rows: the largest parts; what has no row is `other`."""
    if not parts:
        return empty
    sizes = [part.part for part in parts]
    flat = np.concatenate(sizes)
    owner = np.repeat(np.arange(len(parts)), [len(s) for s in sizes])
    first = np.concatenate([[0], np.cumsum([len(s) for s in sizes])])
    order = np.argsort(-np.abs(np.nan_to_num(flat, nan=np.inf)), kind="stable")[:MOST]
    rows = tuple(_row(run, parts[owner[i]], int(i - first[owner[i]]), empty.total, bound) for i in sorted(order))
    rest = np.delete(flat, order)
    magnitude = float(np.sum(np.abs(flat)))
    return Ledger(
        empty.node, empty.element, empty.name, empty.root, empty.total, rows, float(np.sum(rest)), empty.note,
        tuple(_group(run, part, empty.total, bound) for part in parts), len(flat), magnitude,
    )  # fmt: skip


def _by_axis(run: Run, empty: Ledger, parts: list[_Parts], by: str, bound: float) -> Ledger:
    """Return a group for every sample, or for every unit, of each consumer, and no rows."""
    groups: list[Group] = []
    for part in parts:
        node = run.graph.nodes[part.consumer]
        axis = 0 if by == "sample" else 1 if len(node.shape) == 4 else len(node.shape) - 1
        if not node.shape:
            groups.append(_group(run, part, empty.total, bound))
            continue
        steps = np.unravel_index(np.asarray(part.places, np.int64), node.shape)[axis]
        for step in np.unique(steps):
            here = steps == step
            name = f"{node.name}[{', '.join(str(step) if a == axis else ':' for a in range(len(node.shape)))}]"
            some = _Parts(part.consumer, part.places[here], part.upstream[here], part.local[here])
            groups.append(replace(_group(run, some, empty.total, bound), name=name))
    terms, magnitude = sum(g.terms for g in groups), sum(g.magnitude for g in groups)
    return replace(empty, groups=tuple(groups), terms=terms, magnitude=magnitude)


def _row(run: Run, parts: _Parts, i: int, total: float, bound: float) -> LedgerRow:
    node = run.graph.nodes[parts.consumer]
    place, part = int(parts.places[i]), float(parts.part[i])
    name = element_name(node.name, node.shape, place)
    upstream, local = float(parts.upstream[i]), float(parts.local[i])
    return LedgerRow(parts.consumer, name, upstream, local, part, share(part, total, bound), place)


def _group(run: Run, parts: _Parts, total: float, bound: float) -> Group:
    part = float(np.sum(parts.part))
    sizes = np.abs(parts.part)
    place = int(parts.places[int(np.argmax(np.nan_to_num(sizes, nan=np.inf)))]) if len(parts.places) else 0
    name = run.graph.nodes[parts.consumer].name
    return Group(parts.consumer, name, part, share(part, total, bound), len(parts.places), float(np.sum(sizes)), place)
