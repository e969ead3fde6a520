"""The direction of L-BFGS: minus the gradient, times what steps and changes of the gradient say about the inverse Hessian.

    forward  z = -H @ g                x: gradient (n,)   s, y: steps and changes (m, n), the oldest first
    backward dx = 0,  ds = 0,  dy = 0

H begins as γ times the unit matrix, γ = s·y / y·y of the newest pair. A pair with s·y = 0 is none. It belongs to the update.
Source: Nocedal, *Updating quasi-Newton matrices with limited storage*, Mathematics of Computation 35, 1980.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._torch import Helped


def inner(x: Array, y: Array) -> Any:
    """Return the inner product of two vectors."""
    return np.dot(x, y)


@compiled_for(inner)
def _inner(x: Array, y: Array) -> Any:
    total = 0.0
    for i in range(x.shape[0]):
        total += x[i] * y[i]
    return total


def add_times(z: Array, factor: Any, x: Array) -> None:
    """Add a multiple of a vector to another."""
    z += factor * x


@compiled_for(add_times)
def _add_times(z: Array, factor: Any, x: Array) -> None:
    for i in range(z.shape[0]):
        z[i] += factor * x[i]


def forward(x: Array, s: Array, y: Array, z: Array, work: Array) -> None:
    gamma = 0.0
    z[:] = 0.0
    add_times(z, -1.0, x)
    for k in range(s.shape[0] - 1, -1, -1):
        bend = inner(s[k], y[k])
        work[k] = 0.0
        if bend != 0.0:
            if gamma == 0.0:
                gamma = bend / inner(y[k], y[k])
            work[k] = inner(s[k], z) / bend
            add_times(z, -work[k], y[k])
    if gamma != 0.0:
        add_times(z, gamma - 1.0, z)
    for k in range(s.shape[0]):
        bend = inner(s[k], y[k])
        if bend != 0.0:
            add_times(z, work[k] - inner(y[k], z) / bend, s[k])


def backward(g: Array, z: Array, x: Array, s: Array, y: Array, dx: Array, ds: Array, dy: Array, work: Array) -> None:
    """Nothing flows through the update."""


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the gradient."""
    x, s, y = shapes
    if len(x) != 1 or len(s) != 2 or s != y or s[1:] != x:
        raise ShapeError(f"`two_loop` takes a vector and two matrices with rows as long as it, got shapes {x}, {s} and {y}")
    return x


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See everything as it is."""
    return Plan((*shapes, out), scratch=shapes[1][0])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Nothing flows through the update."""
    return np.zeros(0, np.int64), np.zeros(0, z.dtype)


OP = array_op(
    "two_loop",
    forward,
    backward,
    inputs=("x", "s", "y"),
    role="update",
    title="direction of L-BFGS",
    symbols="-H({s}, {y}) @ {x}",
    shape=shape,
    plan=plan,
    ranks=(1, 2, 2, 1),
    local=local,
    scratch=True,
    differentiable=(False, False, False),
    examples=(Example("two_loop([4, 2], [[1, 0]], [[2, 0]])", "[-2.0, -1.0]"),),
)
TORCH = Helped(
    "two_loop(x, s, y)",
    '''
def two_loop(g, s, y):
    """Return -H g: the direction of L-BFGS. s, y: steps and changes of the gradient (m, n), the oldest first."""
    pairs = [(step, change, step @ change) for step, change in zip(s, y) if step @ change != 0]
    taken, z = [], -g
    for step, change, product in reversed(pairs):
        taken.append((step @ z) / product)
        z = z - taken[-1] * change
    if pairs:
        step, change, product = pairs[-1]
        z = z * (product / (change @ change))
    for (step, change, product), part in zip(pairs, reversed(taken)):
        z = z + step * (part - (change @ z) / product)
    return z
''',
)
