"""The compiled form of a graph: where everything lies in one arena, and in which order the ops of each phase run.

The arena is one flat block of one dtype: values, then gradients, then scratch. Every node has its own slice of the values and,
if it belongs to the model, of the gradients. A `gradient` leaf of the update phase has none of its own: it *is* the slice of
the gradient that it reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gradlab.errors import MEMORY, BoundError, ShapeError
from gradlab.graph.graph import Graph, Node
from gradlab.graph.steps import goes_number_by_number
from gradlab.kernels.rows import ADD, ASSIGN, SKIP
from gradlab.op import WORKING, Array, Plan, Shape

DEFAULT_MEMORY = 2 << 30
LINE = 8
"""Slices of at least this many elements begin at a multiple of it (64 bytes), so that vector loads do not straddle lines."""


@dataclass(frozen=True)
class Backward:
    """The backward program of a root.

    order: node indexes in the order in which their ops run backward.
    modes: for each of them a tuple, one of SKIP, ASSIGN, ADD an input.   added: the same with ADD only, for accumulation.
    reached: for each node whether a path leads from it to the root.
    """

    root: int
    order: tuple[int, ...]
    modes: tuple[tuple[int, ...], ...]
    reached: npt.NDArray[np.bool_]

    @cached_property
    def added(self) -> tuple[tuple[int, ...], ...]:
        """The modes of the program that adds to whatever the gradients hold."""
        known = {modes: tuple(ADD if mode else SKIP for mode in modes) for modes in set(self.modes)}
        return tuple(known[modes] for modes in self.modes)


class Tape:
    """A graph laid out in memory. Raises BoundError when the arena would be larger than `max_memory` bytes."""

    def __init__(self, graph: Graph, dtype: str = "float64", max_memory: int = DEFAULT_MEMORY) -> None:
        self.graph = graph
        self.dtype = np.dtype(dtype)
        self.max_memory = max_memory
        self.plans: list[Plan | None] = []
        self._known_plans: dict[tuple[object, ...], Plan | None] = {}
        self.value_offset = np.full(len(graph.nodes), -1, np.int64)
        self.grad_offset = np.full(len(graph.nodes), -1, np.int64)
        self.scratch_offset = np.full(len(graph.nodes), -1, np.int64)
        self.size = self._lay_out()
        refuse("values and gradients", self.bytes, max_memory)
        self.forward_order = tuple(n.index for n in graph.nodes if n.phase == "f" and not n.is_leaf)
        self.varying = tuple(n for n in graph.nodes if n.feed is not None and n.feed.varies)
        self._backwards: dict[int, Backward] = {}

    def _lay_out(self) -> int:
        top = 0
        for node in self.graph.nodes:
            self.plans.append(self._plan(node))
            if node.op.role != "gradient":
                self.value_offset[node.index], top = _place(top, node.size)
        for node in self.graph.nodes:
            if node.phase == "f":
                self.grad_offset[node.index], top = _place(top, node.size)
        for node, plan in zip(self.graph.nodes, self.plans, strict=True):
            if plan is not None and plan.scratch:
                self.scratch_offset[node.index], top = _place(top, plan.scratch)
            if node.op.role == "gradient":
                self.value_offset[node.index] = self.grad_offset[node.attrs["of"]]
        return top

    @property
    def bytes(self) -> int:
        """How large an arena is."""
        return self.size * self.dtype.itemsize

    @cached_property
    def working(self) -> int:
        """Bytes that the ops take beside the arena where they are run without kernels: those of the hungriest one."""
        return self.dtype.itemsize * max((self._working(node) for node in self.graph.nodes if not node.is_leaf), default=0)

    def _working(self, node: Node) -> int:
        plan = self.plans[node.index]
        largest = max((node.size, *(self.graph.nodes[i].size for i in node.inputs)))
        return WORKING * largest + (plan.working if plan else 0)

    def _plan(self, node: Node) -> Plan | None:
        if node.op.plan is None:
            return None
        shapes = tuple(self.graph.nodes[i].shape for i in node.inputs)
        key = (node.op.name, shapes, node.shape, repr(sorted(node.attrs.items())))
        if key not in self._known_plans:
            plan = node.op.plan(shapes, node.shape, node.attrs)
            _verify(node, shapes, plan)
            self._known_plans[key] = plan
        return self._known_plans[key]

    def backward_program(self, root: int) -> Backward:
        """Return the backward program of a root; it is kept."""
        if root not in self._backwards:
            self._backwards[root] = _trace_back(self.graph, root)
        return self._backwards[root]

    def backward_order(self, root: int) -> tuple[int, ...]:
        """Return the nodes whose ops run backward from a root, in that order."""
        return self.backward_program(root).order

    def allocate(self) -> Array:
        """Return a new arena, all zero, that begins at a multiple of 64 bytes."""
        raw = np.zeros(self.size + LINE * 2, self.dtype)
        skip = -(raw.ctypes.data // self.dtype.itemsize) % (64 // self.dtype.itemsize)
        return raw[skip : skip + self.size]

    @cached_property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many numbers each node has."""
        return np.array([node.size for node in self.graph.nodes], np.int64)

    @cached_property
    def clocks(self) -> tuple[int, ...]:
        """The leaves that hold the number of the update."""
        return tuple(n.index for n in self.graph.nodes if n.op.role == "clock")

    @cached_property
    def work(self) -> npt.NDArray[np.int64]:
        """For each node about how many multiplications its forward op takes; 0 for leaves and for the update."""
        found = np.zeros(len(self.graph.nodes), np.int64)
        for index in self.forward_order:
            node = self.graph.nodes[index]
            shapes = tuple(self.graph.nodes[i].shape for i in node.inputs)
            found[index] = node.op.work(shapes, node.shape, node.attrs) if node.op.work else node.size
        return found

    @cached_property
    def steps(self) -> int:
        """About how many steps of Python a forward pass takes without kernels, beyond the calls of its ops."""
        nodes = [node for node in map(self.graph.nodes.__getitem__, self.forward_order) if goes_number_by_number(node.op)]
        return sum(max(node.size, *(self.graph.nodes[i].size for i in node.inputs)) for node in nodes)

    @property
    def flops(self) -> int:
        """A rough count of the multiplications of one forward pass."""
        return int(self.work.sum())


def refuse(what: str, needed: int, allowed: int) -> None:
    """Raise BoundError when bytes that are about to be taken are too many."""
    if needed > allowed:
        raise BoundError(f"{what} need {needed / 2**20:,.0f}{MEMORY}{allowed / 2**20:,.0f} MiB")


def _place(top: int, size: int) -> tuple[int, int]:
    """Return the offset of a slice of `size` elements at or after `top`, and the new top."""
    start = -(-top // LINE) * LINE if size >= LINE else top
    return start, start + size


def _verify(node: Node, shapes: tuple[Shape, ...], plan: Plan) -> None:
    """Refuse a plan whose views are not as large as the arrays: kernels do not check bounds."""
    op = node.op
    ranks = (op.ranks[0],) * len(shapes) + (op.ranks[-1],) if op.variadic else op.ranks
    sizes = [int(np.prod(shape)) for shape in (*shapes, node.shape)]
    viewed = [int(np.prod(view)) for view in plan.views]
    if viewed != sizes or tuple(len(view) for view in plan.views) != ranks:
        raise ShapeError(f"`{op.name}` planned views {plan.views} for shapes {shapes} -> {node.shape}")
    assert len(plan.ints) == len(op.ints) and len(plan.floats) == len(op.floats), f"arguments of {op.name}"


def _trace_back(graph: Graph, root: int) -> Backward:
    """Walk from the root to the leaves; the first op that writes a gradient assigns it, the others add."""
    reached = np.zeros(len(graph.nodes), np.bool_)
    reached[root] = True
    written = np.zeros(len(graph.nodes), np.bool_)
    order: list[int] = []
    modes: list[tuple[int, ...]] = []
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    for index in range(root, -1, -1):
        node = graph.nodes[index]
        if not reached[index] or node.is_leaf:
            continue
        row: list[int] = []
        for position, source in enumerate(node.inputs):
            flows = node.op.flows(position)
            row.append(SKIP if not flows else ADD if written[source] else ASSIGN)
            if flows:
                reached[source] = written[source] = True
        order.append(node.index)
        modes.append(known.setdefault(tuple(row), tuple(row)))
    return Backward(root, tuple(order), tuple(modes), reached)
