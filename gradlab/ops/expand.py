"""An array repeated to a larger shape, as broadcasting would: the gradient is the sum over the copies.

    forward  z[…, i] = x[i]
    backward dx[i] = Σ g[…, i]


Arguments:
    shape  whole, from 0, or a tuple of them: that of z, to which x broadcasts

Known as: expand_as: expand(x, y.shape).
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.kernels.rows import LOOPS
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op, broadcast_shape
from gradlab.ops._arguments import sizes
from gradlab.ops._strided import INTS, RANKS, strides_of, walk_back, walk_copy, walk_local, walk_plan
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, z: Array, *walk: int) -> None:
    walk_copy(x, z, *walk)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, *walk: int) -> None:
    walk_back(g, dx, add, *walk)


def gradient(m: Maker, g: Term, z: Term, x: Term, shape: Any) -> Sends:
    return (g,)  # the copies are summed wherever a gradient has more elements than its node


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape that was asked for."""
    asked = sizes(attrs["shape"], "shape")
    if len(asked) > LOOPS:
        raise ShapeError(f"a tensor has at most {LOOPS} axes, got {len(asked)}")
    if min(asked, default=0) < 0:
        raise ShapeError(f"`shape` has sizes of 0 or more, got {asked}")
    if broadcast_shape((shapes[0], asked)) != asked:
        raise ShapeError(f"shape {shapes[0]} cannot be repeated to {asked}")
    attrs["shape"] = asked
    return asked


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Stand still along the axes that repeat."""
    x = (1,) * (len(out) - len(shapes[0])) + shapes[0]
    strides = tuple(0 if n == 1 else s for n, s in zip(x, strides_of(x), strict=True))
    return walk_plan(shapes[0], out, strides)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies."""
    return walk_local(e, plan((inputs[0].shape,), z.shape, attrs), z)


OP = array_op(
    "expand",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="repeat to a shape",
    symbols="expand({x}, {shape})",
    attrs={"shape": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    assigns=True,
    gradient=gradient,
    examples=(Example("expand([1, 2], (2, 2))", "[[1.0, 2.0], [1.0, 2.0]]"),),
    aliases=("broadcast_to",),
)
TORCH = "x.expand(shape)"
