"""Cosine loss: how far a vector's direction is from that of its target, 0 to 2; lengths do not count.

    forward  z = Σ (1 - cos(x, t)) / n
    backward dx = -g · (t / |t| - cos(x, t) · x / |x|) / (|x| · n),  dt the same with x and t changed over

x: vectors (…, features); t: targets of the same shape; n: the number of vectors, or 1 with reduction="sum" and "none" (a z for
each vector). The cosine with a vector of zeros is set to 0, and no gradient flows through it.
Known as: CosineEmbeddingLoss; cosine_embedding_loss.
Source: Barz & Denzler, *Deep Learning on Small Datasets without Pre-Training using Cosine Loss*, 2020.
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._cosine import products, turn, turned
from gradlab.ops._loss import ATTRS, divisor, equal_shapes, one, share_of, shared_by_rows
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, t: Array, z: Array, n: float) -> None:
    each = share_of(x.shape[0], z.shape[0])
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(k * each, (k + 1) * each):
            xt, over_x, over_t = products(x, t, i, 0)
            s += 1 - xt * over_x * over_t
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float) -> None:
    each = share_of(x.shape[0], z.shape[0])
    for i in range(x.shape[0]):
        scale = g[i // each] / n
        xt, over_x, over_t = products(x, t, i, 0)
        for j in range(x.shape[1]):
            dx[i, j, 0] -= scale * turn(x[i, j, 0], t[i, j, 0], xt, over_x, over_t)
            dt[i, j, 0] -= scale * turn(t[i, j, 0], x[i, j, 0], xt, over_t, over_x)


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str) -> Sends:
    part = -shared_by_rows(m, g, reduction, x.shape[:-1])
    return turned(m, part, x, t, -1), turned(m, part, t, x, -1)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the loss."""
    if not shapes[0]:
        raise ShapeError("`cosine_loss` takes vectors (…, features), got one number")
    return tuple(equal_shapes("cosine_loss", 1)(shapes, attrs))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a vector."""
    rows = prod(shapes[0][:-1])
    view = (rows, shapes[0][-1], 1)
    return Plan((view, view, (prod(out),)), floats=(divisor(attrs, rows),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return minus how the cosine of its vector turns with an element, over n."""
    seen = plan((inputs[0].shape,) * 2, z.shape, attrs)
    x, t = (inputs[j].reshape(seen.views[0]) for j in (k, 1 - k))
    i, j = divmod(e, x.shape[1])
    xt, over_x, over_t = products(x, t, i, 0)
    return one(-turn(x[i, j, 0], t[i, j, 0], xt, over_x, over_t) / seen.floats[0], z, i)


OP = array_op(
    "cosine_loss",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    title="cosine loss",
    symbols="cosine_loss({x}, {t})",
    attrs=ATTRS,
    shape=shape,
    plan=plan,
    ranks=(3, 3, 1),
    local=local,
    floats=("n",),
    gradient=gradient,
    examples=(Example("cosine_loss([[1, 0], [3, 4]], [[0, 2], [6, 8]])", "0.5"),),
)
TORCH = loss("1 - F.cosine_similarity(x, t, -1)")
