"""A gated linear unit: one half of the elements along an axis decides how much of the other half passes.

    forward  z = a · σ(b)
    backward dx = (g · σ(b), g · a · σ(b) · (1 - σ(b)))

a, b: the first and the second half of x. The axis has an even size.
Source: Dauphin, Fan, Auli & Grangier, *Language Modeling with Gated Convolutional Networks*, ICML 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import logistic_slope, sigmoid
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import lines
from gradlab.ops._arguments import one_axis
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array) -> None:
    half = z.shape[1]
    for n in range(x.shape[0]):
        for i in range(half):
            values, gates, out = x[n, i], x[n, half + i], z[n, i]
            for b in range(x.shape[2]):
                out[b] = values[b] * sigmoid(gates[b])


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    half = g.shape[1]
    for n in range(x.shape[0]):
        for i in range(half):
            values, gates, sent = x[n, i], x[n, half + i], g[n, i]
            first, second = dx[n, i], dx[n, half + i]
            for b in range(x.shape[2]):
                first[b] += sent[b] * sigmoid(gates[b])
                second[b] += sent[b] * values[b] * logistic_slope(gates[b])


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    at = one_axis(axis, x.shape)
    before, half = (slice(None),) * at, x.shape[at] // 2
    values, gates = m.index(x, key=(*before, slice(half))), m.index(x, key=(*before, slice(half, None)))
    opened = m.sigmoid(gates)
    return (m.concat([g * opened, g * values * (opened * m.sigmoid(-gates))], axis=at),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape with half of the axis. Raises ShapeError."""
    axis = one_axis(attrs["axis"], shapes[0])
    if shapes[0][axis] % 2:
        raise ShapeError(f"`glu` halves axis {attrs['axis']} of shape {shapes[0]}: {shapes[0][axis]} is odd")
    return (*shapes[0][:axis], shapes[0][axis] // 2, *shapes[0][axis + 1 :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines."""
    return Plan((lines(shapes[0], attrs["axis"]), lines(out, attrs["axis"])))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A value moves its product by the gate, a gate by the value times the slope."""
    outer, n, inner = lines(inputs[0].shape, attrs["axis"])
    a, i, b = (int(q) for q in np.unravel_index(e, (outer, n, inner)))
    x, half = inputs[0].reshape(outer, n, inner), n // 2
    slope = sigmoid(x[a, half + i, b]) if i < half else x[a, i - half, b] * logistic_slope(x[a, i, b])
    return np.array([(a * half + i % half) * inner + b]), np.full(1, slope, z.dtype)


OP = array_op(
    "glu",
    forward,
    backward,
    inputs=("x",),
    role="activation",
    title="gated linear unit",
    symbols="glu({x})",
    attrs={"axis": -1},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    gradient=gradient,
    examples=(Example("glu([1, 2, 0, 1000])", "[0.5, 2.0]"),),
)
TORCH = "F.glu(x, axis)"
