"""The machine that compiles nothing: it calls the functions of the op files on NumPy views of the arena."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradlab.graph.graph import Node, Objective
from gradlab.graph.machine import MachineKind
from gradlab.graph.machines._arena import ArenaMachine
from gradlab.graph.tape import Tape, refuse
from gradlab.kernels.rows import ASSIGN, SKIP
from gradlab.op import Array, Shape


class PlainMachine(ArenaMachine):
    """Runs a tape without kernels: tens of microseconds for a small network, and there from the first moment.

    Raises BoundError before anything is taken when arena and working memory are too large.
    """

    def __init__(self, tape: Tape) -> None:
        refuse("values, gradients and the work of ops without kernels", tape.bytes + tape.working, tape.max_memory)
        super().__init__(tape)

    def forward(self, start: int, stop: int) -> None:
        """See `Machine.forward`."""
        for index in self.tape.forward_order[start:stop]:
            self._forward_one(index)

    def update(self, objective: Objective, start: int, stop: int) -> None:
        """See `Machine.update`."""
        for index in objective.updates[start:stop]:
            self._forward_one(index)

    def backward(self, root: int, start: int, stop: int, add: bool = False) -> None:
        """See `Machine.backward`."""
        program = self.tape.backward_program(root)
        modes = program.added if add else program.modes
        for step in range(start, min(stop, len(program.order))):
            self.send(program.order[step], modes[step])

    def send(self, index: int, modes: tuple[int, ...]) -> None:
        """Run one op backward; modes: what it does to the gradient of each input, SKIP, ASSIGN or ADD."""
        node = self.tape.graph.nodes[index]
        with np.errstate(all="ignore"):
            if node.op.kind == "elementwise":
                self._elementwise_backward(node, modes)
            elif node.op.variadic:
                self._each_backward(node, modes)
            else:
                self._array_backward(node, modes)

    def runner(self, indexes: Sequence[int]) -> Callable[[], None]:
        """See `Machine.runner`."""

        def run() -> None:
            for index in indexes:
                self._forward_one(index)

        return run

    def _forward_one(self, index: int) -> None:
        node = self.tape.graph.nodes[index]
        assert node.op.forward is not None, f"{node.name} is a leaf"
        with np.errstate(all="ignore"):
            if node.op.kind == "elementwise":
                inputs = [self.value(i) for i in node.inputs]
                self._value(index)[...] = node.op.forward(*inputs, *_floats(node))
            elif node.op.variadic:
                self._each_forward(node)
            else:
                *inputs, z = self._views(node, self._value)
                node.op.forward(*inputs, *_absent(node), z, *self._arguments(node))

    def _elementwise_backward(self, node: Node, modes: tuple[int, ...]) -> None:
        assert node.op.backward is not None
        inputs = [self.value(i) for i in node.inputs]
        g, z = self.grad(node.index), self.value(node.index)
        parts = node.op.backward(g, z, *inputs, *_floats(node))
        parts = parts if isinstance(parts, tuple) else (parts,)
        for source, part, mode in zip(node.inputs, parts, modes, strict=True):
            if mode != SKIP:
                target = self._grad(source)
                part = unbroadcast(np.broadcast_to(part, node.shape), target.shape)
                target[...] = part if mode == ASSIGN else target + part

    def _array_backward(self, node: Node, modes: tuple[int, ...]) -> None:
        assert node.op.backward is not None
        *inputs, z = self._views(node, self._value)
        *sent, g = self._views(node, self._grad)
        flags: tuple[bool, ...] = ()
        gone = _absent(node)
        if node.op.assigns:
            flags = (*(mode != ASSIGN for mode in modes), *(False for _ in gone))
        else:
            self._clear(sent, modes)
        sent = [np.zeros_like(d) if mode == SKIP else d for d, mode in zip(sent, modes, strict=True)]
        node.op.backward(g, z, *inputs, *gone, *sent, *gone, *flags, *self._arguments(node))

    def _each_forward(self, node: Node) -> None:
        assert node.op.forward is not None
        *inputs, z = self._views(node, self._value)
        start = 0
        for x in inputs:
            node.op.forward(x, z, start, *self._arguments(node))
            start += x.shape[1]

    def _each_backward(self, node: Node, modes: tuple[int, ...]) -> None:
        assert node.op.backward is not None
        *inputs, z = self._views(node, self._value)
        *sent, g = self._views(node, self._grad)
        start = 0
        for x, dx, mode in zip(inputs, sent, modes, strict=True):
            if mode == ASSIGN:
                dx[...] = 0
            if mode != SKIP:
                node.op.backward(g, z, x, dx, start, *self._arguments(node))
            start += x.shape[1]

    def _clear(self, sent: list[Array], modes: tuple[int, ...]) -> None:
        for d, mode in zip(sent, modes, strict=True):
            if mode == ASSIGN:
                d[...] = 0

    def _views(self, node: Node, look: Any) -> list[Array]:
        plan = self.tape.plans[node.index]
        assert plan is not None
        return [look(i).reshape(view) for i, view in zip((*node.inputs, node.index), plan.views, strict=True)]

    def _arguments(self, node: Node) -> tuple[Any, ...]:
        plan = self.tape.plans[node.index]
        assert plan is not None
        scratch = (self._scratch(node.index),) if node.op.scratch else ()
        return (*plan.ints, *plan.floats, *scratch)


def _absent(node: Node) -> tuple[None, ...]:
    """Return what forward and backward are given for the inputs that a node leaves out."""
    return (None,) * len(node.op.absent)


def _floats(node: Node) -> tuple[float, ...]:
    return tuple(float(node.attrs.get(name, node.op.attrs[name])) for name in node.op.floats)


def unbroadcast(array: Array, shape: Shape) -> Array:
    """Sum an array over the axes along which something of the given shape was repeated to get the array's shape."""
    extra = array.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1 and array.shape[extra + i] != 1)
    return array.sum(axis=axes, dtype=np.float64).reshape(shape) if axes else array


MACHINE = MachineKind("plain", "NumPy, op by op: there at once", PlainMachine, auto=True)
