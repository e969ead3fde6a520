"""Place of the greatest element along an axis, counted from 0. No gradient flows: a place does not move, it jumps.

    forward  z = argmax x
    backward dx = 0

Of equal elements the first wins, and NaN wins over every number. Nothing has no greatest element: an error.

Arguments:
    axis  whole: the axis along which it is taken, from 0, or from -1 back; None: x is read as one list

Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from gradlab.op import Array, Example, array_op
from gradlab.ops._torch import over_axes
from gradlab.ops._winner import local, place_of_best, plan, winner_shape


def forward(x: Array, z: Array) -> None:
    place_of_best(x, z, 1.0)


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    return


OP = array_op(
    "argmax",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="place of the greatest",
    symbols="argmax({x})",
    attrs={"axis": None, "keepdims": False},
    shape=winner_shape("argmax", "greatest"),
    plan=plan,
    ranks=(3, 2),
    local=local,
    differentiable=(False,),
    examples=(Example("argmax([3, 5, 5])", "1.0"), Example("argmax([[1, 2], [4, 3]], axis=1)", "[1.0, 0.0]")),
)
TORCH = over_axes("x.argmax", then=".to(DTYPE)", several=False)
