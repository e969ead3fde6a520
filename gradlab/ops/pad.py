"""An array with a border of one number around it; the border takes no gradient.

    forward  z = x inside, value outside
    backward dx = g inside

widths: a whole number for both ends of all axes, or for every axis a number or a pair (before, after).
Known as: ConstantPad2d; ZeroPad2d.
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole, number
from gradlab.ops._strided import INTS, strides_of, walk_plan


def forward(x: Array, z: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int, value: float) -> None:
    for i in range(z.shape[0]):
        z[i] = value
    for a in range(x.shape[0]):
        for b in range(x.shape[1]):
            for c in range(x.shape[2]):
                for d in range(x.shape[3]):
                    for e in range(x.shape[4]):
                        at = start + a * s0 + b * s1 + c * s2 + d * s3 + e * s4
                        for f in range(x.shape[5]):
                            z[at + f * s5] = x[a, b, c, d, e, f]


def backward(
    g: Array, z: Array, x: Array, dx: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int, value: float
) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[1]):
            for c in range(x.shape[2]):
                for d in range(x.shape[3]):
                    for e in range(x.shape[4]):
                        at = start + a * s0 + b * s1 + c * s2 + d * s3 + e * s4
                        for f in range(x.shape[5]):
                            dx[a, b, c, d, e, f] += g[at + f * s5]


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the sizes with their borders; the widths are spelled out as pairs."""
    number(attrs, "value")
    attrs["widths"] = pairs(attrs["widths"], shapes[0])
    return tuple(before + n + after for n, (before, after) in zip(shapes[0], attrs["widths"], strict=True))


def pairs(widths: Any, shape: Shape) -> tuple[tuple[int, int], ...]:
    """Return a pair (before, after) for every axis. Raises ShapeError."""
    rank = len(shape)
    given = (widths,) * rank if is_whole(widths) else widths
    if not isinstance(given, (tuple, list)) or len(given) != rank:
        raise ShapeError(f"`widths` is a number, or for each of the {rank} axes a number or a pair, got {widths!r}")
    spelled = [(part, part) if is_whole(part) else part for part in given]
    for part in spelled:
        if not isinstance(part, (tuple, list)) or len(part) != 2 or not all(is_whole(n) and n >= 0 for n in part):
            raise ShapeError(f"a width is 0 or more, or a pair of such for before and after, got {part!r}")
    return tuple((int(before), int(after)) for before, after in spelled)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk through z where x lies."""
    strides = strides_of(out)
    start = sum(before * stride for (before, _), stride in zip(attrs["widths"], strides, strict=True))
    walk = walk_plan(out, shapes[0], strides, start)
    return replace(walk, views=walk.views[::-1], floats=(float(attrs["value"]),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    inside = tuple(slice(before, before + n) for (before, _), n in zip(attrs["widths"], inputs[0].shape, strict=True))
    places = np.arange(z.size).reshape(z.shape)[inside]
    return np.reshape(places, -1)[e : e + 1], np.ones(1, z.dtype)


OP = array_op(
    "pad",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="border around an array",
    symbols="pad({x}, {widths})",
    attrs={"widths": REQUIRED, "value": 0.0},
    shape=shape,
    plan=plan,
    ranks=(6, 1),
    local=local,
    ints=INTS,
    floats=("value",),
    examples=(
        Example("pad([1, 2], 1)", "[0.0, 1.0, 2.0, 0.0]"),
        Example("pad([[1, 2]], ((0, 1), 0), value=9)", "[[1.0, 2.0], [9.0, 9.0]]"),
    ),
)
