"""Rows: what a kernel is told of its node, as integers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from copy import copy
from math import prod

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Node
from gradlab.graph.tape import Tape
from gradlab.kernels.rows import BROADCAST, COUNT, FORM, LOOPS, SINGLE
from gradlab.op import Shape


class RowWriter:
    """Writes the rows of a tape.

    attrs: the float attributes of all nodes in one table.   attr_offset: where those of each node begin.
    """

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.attrs, self.attr_offset = _attributes(tape)
        self._offsets = [array("q", a.tobytes()) for a in (tape.value_offset, tape.grad_offset, tape.scratch_offset)]

    def with_gradients(self, offsets: npt.NDArray[np.int64]) -> RowWriter:
        """Return a writer for which the gradients lie at other offsets."""
        other = copy(self)
        other._offsets = [self._offsets[0], array("q", offsets.tobytes()), self._offsets[2]]
        return other

    def row(self, node: Node, modes: tuple[int, ...]) -> list[int]:
        """Return the row of a node; modes: what its op does to the gradient of each input."""
        value, grad, scratch = self._offsets
        head = [value[node.index], grad[node.index], scratch[node.index], self.attr_offset[node.index], node.size, 0]
        operands = [[value[i], grad[i], mode] for i, mode in zip(node.inputs, modes, strict=True)]
        if node.op.kind == "elementwise":
            return self._elementwise_row(node, head, operands)
        plan = self.tape.plans[node.index]
        assert plan is not None
        head[FORM] = plan.scratch
        *views, z = plan.views
        if node.op.variadic:
            head[COUNT] = len(views)
            each = [word for o, view in zip(operands, views, strict=True) for word in (*o, *view)]
            return [*head, *z, *plan.ints, *each]
        return [*head, *(w for o in operands for w in o), *(n for view in plan.views for n in view), *plan.ints]

    def _elementwise_row(self, node: Node, head: list[int], operands: list[list[int]]) -> list[int]:
        shapes = [self.tape.graph.nodes[i].shape for i in node.inputs]
        given = [word for operand in operands for word in operand]
        counts = [prod(shape) for shape in shapes]
        if all(count in (1, node.size) for count in counts):
            head[FORM] = SINGLE if node.size == 1 else sum(1 << i for i, count in enumerate(counts) if count == node.size)
            return head + given
        sizes, strides = broadcast_loops(node.shape, shapes)
        moving = sum(1 << i for i, steps in enumerate(strides) if steps[-1])
        head[FORM] = BROADCAST + (moving if moving else (1 << len(shapes)) - 1)
        return [*head, *given, *sizes, *(step for steps in strides for step in steps)]


def _attributes(tape: Tape) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Collect the float attributes of all nodes in one table; return where those of each node begin."""
    table: list[float] = []
    offsets: list[int] = []
    for node, plan in zip(tape.graph.nodes, tape.plans, strict=True):
        offsets.append(len(table))
        if node.op.kind == "elementwise":
            table += [float(node.attrs.get(name, node.op.attrs[name])) for name in node.op.floats]
        elif plan is not None:
            table += plan.floats
    return np.array(table or [0.0], np.float64), offsets


def broadcast_loops(shape: Shape, shapes: Sequence[Shape]) -> tuple[list[int], list[list[int]]]:
    """Return loop sizes and, for each operand, strides in elements; axes along which all operands behave alike are merged."""
    axes: list[tuple[int, tuple[int, ...]]] = []
    strides = [_strides(s, len(shape)) for s in shapes]
    for axis, size in enumerate(shape):
        steps = tuple(s[axis] for s in strides)
        if size == 1:
            continue
        if axes and all(before == step * size for before, step in zip(axes[-1][1], steps, strict=True)):
            axes[-1] = (axes[-1][0] * size, steps)
        else:
            axes.append((size, steps))
    assert len(axes) <= LOOPS, f"more axes than a tensor may have: {shape}"
    axes = [(1, (0,) * len(shapes))] * (LOOPS - len(axes)) + axes
    return [size for size, _ in axes], [[steps[i] for _, steps in axes] for i in range(len(shapes))]


def _strides(shape: Shape, rank: int) -> list[int]:
    """Return the stride in elements of every axis of the broadcast shape; 0 where the operand repeats."""
    padded = (1,) * (rank - len(shape)) + tuple(shape)
    return [0 if n == 1 else prod(padded[i + 1 :]) for i, n in enumerate(padded)]
