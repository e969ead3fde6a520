"""Class numbers drawn from probabilities. No gradient flows: a class does not move, it jumps.

    forward  z = the least k with p[0] + … + p[k] > u · Σ p
    backward dp = 0,  du = 0

p: probabilities, or any weights of 0 and more, along an axis   u: numbers between 0 and 1, in the shape of p without the axis
z: the shape of u. A class of probability 0 is never drawn. Where a weight is negative, NaN or infinite, or all are 0, z is NaN.

Known as: multinomial; categorical; random_categorical.
Source: Devroye, *Non-Uniform Random Variate Generation*, 1986, ch. III.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import lines
from gradlab.ops._arguments import one_axis
from gradlab.ops._winner import local


def forward(p: Array, u: Array, z: Array) -> None:
    for a in range(p.shape[0]):
        for b in range(p.shape[2]):
            whole = np.float64(0.0)
            for k in range(p.shape[1]):
                whole += p[a, k, b] if p[a, k, b] >= 0 else np.nan
            so_far, found = np.float64(0.0), -1
            for k in range(p.shape[1]):
                if p[a, k, b] > 0 and (found < 0 or so_far <= u[a, b] * whole):
                    found = k
                so_far += p[a, k, b]
            z[a, b] = found if found >= 0 and whole < np.inf and 0 <= u[a, b] <= 1 else np.nan


def backward(g: Array, z: Array, p: Array, u: Array, dp: Array, du: Array) -> None:
    return


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of u. Raises ShapeError."""
    p, u = shapes
    axis = one_axis(attrs["axis"], p)
    wanted = (*p[:axis], *p[axis + 1 :])
    if u != wanted:
        raise ShapeError(f"for probabilities {p} along axis {attrs['axis']} there is one number `u` a draw: {wanted}, got {u}")
    if p[axis] == 0:
        raise ShapeError(f"`sample` along axis {attrs['axis']} of shape {p}: there is no class")
    return wanted


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See p as lines, u and z as one number each."""
    outer, n, inner = lines(shapes[0], attrs["axis"])
    return Plan(((outer, n, inner), (outer, inner), (outer, inner)))


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say what is wrong with the weights."""
    if np.any(inputs[0] < 0):
        return f"{int(np.sum(inputs[0] < 0)):,} of the probabilities are negative"
    return "" if np.any(np.isinf(inputs[0])) else "all probabilities of a draw are 0"


OP = array_op(
    "sample",
    forward,
    backward,
    inputs=("p", "u"),
    role="reduce",
    title="draw a class",
    symbols="sample({p}, {u})",
    attrs={"axis": -1},
    shape=shape,
    plan=plan,
    ranks=(3, 2, 2),
    local=local,
    differentiable=(False, False),
    reason=reason,
    examples=(
        Example("sample([0.2, 0.5, 0.3], 0.6)", "1.0"),
        Example("sample([[1, 3], [0, 2]], [0.2, 0.2])", "[0.0, 1.0]"),
    ),
)
TORCH = "(p.cumsum(axis) <= u.unsqueeze(axis) * p.sum(axis, keepdim=True)).sum(axis).to(DTYPE)"
