"""Greatest element over axes: routes its gradient to the winners.

    forward  z = max x
    backward dx = g / ties where x = z else 0

ties: how many elements are the greatest; they share the gradient equally. NaN wins over every number. axis: one axis, several,
or None for all; keepdims leaves them with size 1. Nothing has no greatest element: an error.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

from gradlab.op import Array, Example, array_op
from gradlab.ops._extreme import branch, extreme_shape, local, share
from gradlab.ops._reduce import RANKS, plan


def forward(x: Array, z: Array) -> None:
    for a in range(x.shape[0]):
        for c in range(x.shape[2]):
            for e in range(x.shape[4]):
                best = x[a, 0, c, 0, e, 0]
                for b in range(x.shape[1]):
                    for d in range(x.shape[3]):
                        row = x[a, b, c, d, e]
                        for f in range(row.shape[0]):
                            if row[f] > best:
                                best = row[f]
                            elif not row[f] <= best:
                                best += row[f]
                z[a, c, e] = best


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    share(g, z, x, dx)


OP = array_op(
    "max",
    forward,
    backward,
    inputs=("x",),
    title="greatest",
    symbols="max({x})",
    attrs={"axis": None, "keepdims": False},
    shape=extreme_shape("max", "greatest"),
    plan=plan,
    ranks=RANKS,
    local=local,
    branch=branch,
    examples=(Example("max([[1, 2], [4, 3]])", "4.0"), Example("max([[1, 2], [4, 3]], axis=1)", "[2.0, 4.0]")),
)
