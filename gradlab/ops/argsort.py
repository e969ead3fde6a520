"""Places of the elements in their order along an axis, counted from 0. No gradient flows: a place does not move, it jumps.

    forward  z = the places p for which x[p] is in order
    backward dx = 0

Equal elements stay in their order, NaN is above every number. `take_along_axis(x, argsort(x))` is `sort(x)`.
Source: Knuth, *The Art of Computer Programming*, vol. 3, 2nd ed., 1998, ch. 5.
"""

from __future__ import annotations

from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import lines
from gradlab.ops._order import WORK, order_line
from gradlab.ops._winner import local
from gradlab.ops.sort import shape


def forward(x: Array, z: Array, descending: int, scratch: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            order_line(x, a, b, descending, scratch)
            for k in range(z.shape[1]):
                z[a, k, b] = scratch[k]


def backward(g: Array, z: Array, x: Array, dx: Array, descending: int, scratch: Array) -> None:
    return


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines; the working memory has room to order one."""
    view = lines(out, attrs["axis"])
    return Plan((view, view), (int(attrs["descending"]),), scratch=WORK * view[1])


OP = array_op(
    "argsort",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="places in order",
    symbols="argsort({x})",
    attrs={"axis": -1, "descending": False},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    ints=("descending",),
    scratch=True,
    differentiable=(False,),
    examples=(Example("argsort([3, 1, 2])", "[1.0, 2.0, 0.0]"),),
)
TORCH = "x.argsort(axis, descending, stable=True).to(DTYPE)"
