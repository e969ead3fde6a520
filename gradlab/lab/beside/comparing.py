"""Two runs beside each other: where they first differ, and how their losses and layers go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gradlab.axis.journal import Deed, Edit, Edits
from gradlab.axis.position import Position, State
from gradlab.errors import ActionError
from gradlab.graph.graph import Node
from gradlab.lab.beside.aligning import Alignment, align
from gradlab.lab.numbers import element_name
from gradlab.lab.views import statistics
from gradlab.lab.why.asking import formula_of, ledger_of
from gradlab.lab.why.plain import ledger_lines
from gradlab.op import Array
from gradlab.train.statistics import LayerStats

if TYPE_CHECKING:
    from gradlab.lab.core import Core

What = Literal["value", "gradient"]
Losses = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first number that differs.

    positions: after the op that made it, in each run; for a leaf the beginning of the update.   what: value or gradient.
    nodes: its index in each graph.   element: the flat place of the largest gap.   values: there, in each run.
    count: how many of its numbers differ, of `size`.   why: how each run came to the number, as lines.
    """

    positions: tuple[Position, Position]
    what: What
    name: str
    nodes: tuple[int, int]
    element: int
    values: tuple[float, float]
    count: int
    size: int
    why: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs. first: None when nothing differs.   first_op: the first op, no leaf, whose result differs.

    updates: how many were run.   losses: of each run.   layers: the statistics of each at the end of the last backward pass.
    names: what each run is called.   changes: of the model of the second one.
    roots: the nodes that the backward passes first began at when they were not the same one.
    """

    alignment: Alignment
    first: Difference | None
    first_op: Difference | None
    updates: int
    losses: tuple[Losses, Losses]
    layers: tuple[tuple[LayerStats, ...], tuple[LayerStats, ...]]
    names: tuple[str, str] = ("A", "B")
    roots: tuple[str, str] | None = None
    changes: tuple[str, ...] = ()

    @property
    def differ(self) -> bool:
        """Whether the graphs or the numbers differ."""
        graphs = self.alignment
        return bool(self.first or self.roots or graphs.only_first or graphs.only_second or graphs.parted)


def compare(
    first: Core, second: Core, updates: int = 1, tolerance: float = 0.0, told: Callable[[float], None] = lambda share: None
) -> Comparison:
    """Run two laboratories from their beginning and compare them op by op until they differ, then run them on.

    updates: at least 1.   tolerance: largest gap that counts as equal, relative to the larger of the two numbers.
    told: is given the share of the work that is done.
    Raises ActionError when the graphs have no op in common.
    """
    runs = first, second
    alignment = align(first.graph, second.graph)
    _require_common(runs, alignment)
    if not all(core.run.timeline.trains for core in runs):
        updates = 1
    found = _Search(runs, alignment, tolerance)
    for done in range(updates):
        told(done / updates)
        if found.first_op is None:
            found.look(done)
        last = done == updates - 1
        for core in runs:
            update = core.run.origin.update + done
            core.go(_end(core, update) if last else Position(update + 1))
    layers = tuple(statistics(core.run) for core in runs)
    losses = tuple(core.run.history.pairs() for core in runs)
    return Comparison(
        alignment, found.first, found.first_op, updates, (losses[0], losses[1]), (layers[0], layers[1]), roots=found.roots
    )  # fmt: skip


def _require_common(runs: tuple[Core, Core], alignment: Alignment) -> None:
    if any(not runs[0].graph.nodes[a].is_leaf for a, _ in alignment.pairs):
        return
    ops = [[node for node in core.graph.nodes if not node.is_leaf and node.phase == "f"] for core in runs]
    told = " and ".join(f"`{_shape(nodes[0])}`" if nodes else "nothing" for nodes in ops)
    raise ActionError(f"the graphs do not align: they have no op in common, and part at the first one, {told}")


def _shape(node: Node) -> str:
    return f"{node.name} = {node.op.name} {node.shape}"


def _end(core: Core, update: int) -> Position:
    """Return the end of the backward pass of an update, or of the forward pass where there is no root."""
    return core.run.timeline.end(update, "f" if core.run.root_of(update) is None else "b")


def _root(core: Core, update: int) -> str:
    """Return the node that the backward pass of an update begins at."""
    root = core.run.root_of(update)
    return "nothing" if root is None else core.graph.nodes[root].name


class _Search:
    """The search for the first difference."""

    def __init__(self, runs: tuple[Core, Core], alignment: Alignment, tolerance: float) -> None:
        self.runs, self.tolerance = runs, tolerance
        self.twins = dict(alignment.pairs)
        self.first: Difference | None = None
        self.first_op: Difference | None = None
        self.roots: tuple[str, str] | None = None
        self.updates: tuple[int, int] = (0, 0)

    def look(self, done: int) -> None:
        """Compare what an update computes: leaves, values, gradients, next values, in the order in which they come about.

        done: how many updates lie before it in each run.
        """
        first, second = self.runs
        self.updates = first.run.origin.update + done, second.run.origin.update + done
        both = tuple(zip(self.runs, self.updates, strict=True))
        for core, update in both:
            core.go(_end(core, update))
        a, b = (_root(core, update) for core, update in both)
        if a != b:
            self.roots = self.roots or (a, b)
        graph = self.runs[0].graph
        update, timeline = self.updates[0], first.run.timeline
        self._try("f", [n.index for n in graph.nodes if n.is_leaf and n.phase == "f"], "value")
        self._try("f", timeline.order(update, "f"), "value")
        root = first.run.root_of(update)
        if root is not None and self.first_op is None:
            order = timeline.order(update, "b")
            received = dict.fromkeys(i for op in order for i in (op, *graph.nodes[op].inputs))
            self._try("b", list(received), "gradient")
        if self.first_op is None and all(core.run.timeline.trains for core in self.runs):
            for core, at in both:
                core.go(Position(at + 1))
            settings = [n.index for n in graph.nodes if n.phase == "u" and n.op.role == "constant"]
            self._try("u", settings, "value")
            self._try("u", timeline.order(update, "u"), "value")

    def _try(self, phase: str, order: Sequence[int], what: What) -> None:
        """Look through nodes in order; keep the first that differs, and the first that is no leaf."""
        for index in order:
            if self.first_op is not None:
                return
            self.runs[0].breathe()
            twin = self.twins.get(index)
            if twin is None or self._equal(index, twin, what):
                continue
            found = self._difference(phase, index, twin, what)
            self.first = self.first or found
            if not self.runs[0].graph.nodes[index].is_leaf or what == "gradient":
                self.first_op = found

    def _arrays(self, index: int, twin: int, what: str) -> tuple[Array, Array]:
        a, b = (_read(core, i, what) for core, i in zip(self.runs, (index, twin), strict=True))
        return a, b

    def _equal(self, index: int, twin: int, what: str) -> bool:
        a, b = self._arrays(index, twin, what)
        return not _gaps(a, b, self.tolerance).any()

    def _difference(self, phase: str, index: int, twin: int, what: What) -> Difference:
        a, b = self._arrays(index, twin, what)
        gaps = _gaps(a, b, self.tolerance)
        with np.errstate(all="ignore"):
            size = np.where(gaps, np.nan_to_num(np.abs(a - b), nan=np.inf), -1.0)
        element = int(np.argmax(size))
        begins = (Position(update, phase) for update in self.updates)
        sides = tuple(zip(self.runs, begins, (index, twin), strict=True))
        places = [_position(core, begin, i) for core, begin, i in sides]
        why = tuple(_why(core, begin, i, element, what) for core, begin, i in sides)
        node = self.runs[0].graph.nodes[index]
        return Difference(
            (places[0], places[1]), what, element_name(node.name, node.shape, element), (index, twin), element,
            (float(a.reshape(-1)[element]), float(b.reshape(-1)[element])), int(gaps.sum()), a.size, (why[0], why[1]),
        )  # fmt: skip


def _read(core: Core, index: int, what: str) -> Array:
    """Return a value or gradient in float64; a gradient that no path reaches is 0."""
    if what == "gradient":
        reached = core.run.grad_state(index) not in (State.UNREACHED, State.PENDING)
        array = core.run.machine.grad(index) if reached else np.zeros(core.graph.nodes[index].shape)
    else:
        array = core.run.machine.value(index)
    return np.asarray(array, np.float64)


def _gaps(a: Array, b: Array, tolerance: float) -> Array:
    """Return where two arrays differ. NaN equals NaN."""
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= tolerance * np.maximum(np.abs(a), np.abs(b))
    return np.asarray(~((a == b) | near | (np.isnan(a) & np.isnan(b))))


def _position(core: Core, begin: Position, index: int) -> Position:
    """Return the position after the op that made a number; for a leaf the beginning of the update; of an edit its own."""
    if edit := _edit(core, begin, index):
        return edit.position
    order = core.run.timeline.order(begin.update, begin.phase)
    if begin.phase == "b":
        sent = [k + 1 for k, op in enumerate(order) if index in core.graph.nodes[op].inputs]
        return Position(begin.update, "b", sent[-1] if sent else 0)
    return Position(begin.update, begin.phase, order.index(index) + 1) if index in order else begin


def _edit(core: Core, begin: Position, index: int) -> Deed | None:
    """Return the deed of an update that wrote over a node's value, or over its gradient in phase b."""
    what = "grad" if begin.phase == "b" else "value"
    for deeds in core.journal.plan(begin.update).deeds.values():
        for deed in deeds:
            parts = deed.parts if isinstance(deed, Edits) else (deed,)
            if any(isinstance(part, Edit) and (part.node, part.what) == (index, what) for part in parts):
                return deed
    return None


def _why(core: Core, begin: Position, index: int, element: int, what: str) -> tuple[str, ...]:
    """Return how a run came to a number: the edit that wrote it, the formula of a value, the ledger of a gradient."""
    node = core.graph.nodes[index]
    if edit := _edit(core, begin, index):
        return (f"`{edit.text}`",)
    if what == "gradient":
        return tuple(ledger_lines(ledger_of(core, index, element))) if node.phase == "f" else ()
    return () if node.is_leaf else formula_of(core, index, element)[:2]
