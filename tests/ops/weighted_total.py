"""An op for the tests, with weights and a start that may be left out: kernels of it are compiled by Numba, with None for them.

forward  z = Σ x[i] · w[i] + s         x: (n,)   w: (n,)   s: ()   z: ()
backward dx[i] = g · w[i],  dw[i] = g · x[i],  ds = g
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.op import Array, Attrs, Plan, Shape, array_op


def forward(x: Array, w: Array | None, s: Array | None, z: Array) -> None:
    total = 0.0
    for i in range(x.shape[0]):
        if w is None:
            total += x[i]
        else:
            total += x[i] * w[i]
    if s is not None:
        total += s[0]
    z[0] = total


def backward(
    g: Array, z: Array, x: Array, w: Array | None, s: Array | None, dx: Array, dw: Array | None, ds: Array | None
) -> None:
    for i in range(x.shape[0]):
        if w is None:
            dx[i] += g[0]
        else:
            dx[i] += g[0] * w[i]
        if dw is not None:
            dw[i] += g[0] * x[i]
    if ds is not None:
        ds[0] += g[0]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    return Plan((*shapes[:2], *((1,) for _ in shapes[2:]), (1,)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    raise NotImplementedError


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    return ()


OP = array_op(
    "weighted_total", forward, backward, inputs=("x", "w", "s"), title="weighted sum", role="reduce",
    symbols="weighted_total({x}, {w}, {s})",
    shape=shape, plan=plan, ranks=(1, 1, 1, 1), local=local, optional=2,
)  # fmt: skip
X = np.array([1.0, 2.0, 4.0])
