"""Local derivatives of one element: which outputs of an op it moves, and by how much."""

from __future__ import annotations

import numpy as np

from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine
from gradlab.op import Array


def local_derivatives(machine: Machine, node: Node, position: int, element: int) -> tuple[Array, Array]:
    """Return the flat places in a node's output that one element of an input moves, and the derivative of each."""
    inputs = tuple(machine.value(i) for i in node.inputs)
    z = machine.value(node.index)
    with np.errstate(all="ignore"):
        if node.op.local is not None:
            places, derivatives = node.op.local(position, element, inputs, z, node.attrs)
            return np.asarray(places, np.int64).reshape(-1), np.asarray(derivatives).reshape(-1)
        return _elementwise(machine, node, position, element, inputs, z)


def _elementwise(
    machine: Machine, node: Node, position: int, element: int, inputs: tuple[Array, ...], z: Array
) -> tuple[Array, Array]:
    """Ask an elementwise op for its derivatives: what backward sends for a gradient of 1, where the element is repeated.

    A surrogate may ask for the sign of the gradient that really arrives.
    """
    assert node.op.backward is not None, f"{node.op.name} sends nothing"
    repeats = _repeats(inputs[position].shape, element, z.shape)
    flat = np.ravel_multi_index(repeats, z.shape).reshape(-1) if z.shape else np.zeros(1, np.int64)
    seen = [np.broadcast_to(x, z.shape).reshape(-1)[flat] for x in inputs]
    floats = (float(node.attrs.get(name, node.op.attrs[name])) for name in node.op.floats)
    g = np.ones(flat.shape, z.dtype)
    if node.op.surrogate:
        g[machine.grad(node.index).reshape(-1)[flat] < 0] = -1.0
    parts = node.op.backward(g, z.reshape(-1)[flat], *seen, *floats)
    part = parts[position] if isinstance(parts, tuple) else parts
    return flat, g * part


def _repeats(shape: tuple[int, ...], element: int, outer: tuple[int, ...]) -> tuple[Array, ...]:
    """Return the coordinates, in a broadcast shape, of all places where one element of an array stands."""
    index = np.unravel_index(element, shape) if shape else ()
    lead = len(outer) - len(shape)
    axes = [
        np.arange(size) if axis < lead or shape[axis - lead] == 1 else np.array([int(index[axis - lead])])
        for axis, size in enumerate(outer)
    ]
    return tuple(np.ix_(*axes))
