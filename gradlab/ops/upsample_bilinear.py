"""An image brought to another size: between the middles of neighbouring elements the numbers change evenly.

    forward  z[i, j] = Σ a · b · x[p, q]   x: (…, h, w)   z: (…, H, W)
    backward dx[p, q] = Σ a · b · g[i, j]

p: the two rows of x whose middles are nearest to the middle of row i, a: the nearer one has more, both together 1; q and b the
same across. Beyond the outermost middles the numbers stay what they are there (PyTorch's `align_corners=False`). z may be
smaller than x.

Arguments:
    scale_factor  whole, from 1, or a pair: how many times as large, down and across
    size          whole, from 0, or a pair: height and width of z in place of a factor; None: as the factor says

Known as: interpolate; UpsamplingBilinear2d; resize.
Source: Szeliski, *Computer Vision: Algorithms and Applications*, 2nd ed., 2022, ch. 3.5.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import compiled_for, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._reduce import counting
from gradlab.ops._scale import ATTRS, enlarged, resized_back
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


@helper
def middle(i: int, n: int, rows: int) -> float:
    """Return where the middle of row i of z, which has so many rows, lies among the n rows of x."""
    return max(0.0, (i + 0.5) * n / rows - 0.5)


def parts(n: int, rows: int) -> Array:
    """Return the weight of every row of x in every row of z. Shape: (rows, n)."""
    weights = np.zeros((rows, n))
    for i in range(rows):
        at = middle(i, n, rows)
        upper = int(at)
        weights[i, upper] += 1.0 - (at - upper)
        weights[i, min(upper + 1, n - 1)] += at - upper
    return weights


def stretch(x: Array, z: Array) -> None:
    """Write the images of the new size."""
    z[...] = parts(x.shape[1], z.shape[1]) @ x @ parts(x.shape[2], z.shape[2]).T


@compiled_for(stretch)
def _stretch_loops(x: Array, z: Array) -> None:
    for n in range(z.shape[0]):
        for i in range(z.shape[1]):
            at = middle(i, x.shape[1], z.shape[1])
            upper = int(at)
            lower, a = min(upper + 1, x.shape[1] - 1), at - upper
            for j in range(z.shape[2]):
                at = middle(j, x.shape[2], z.shape[2])
                left = int(at)
                right, b = min(left + 1, x.shape[2] - 1), at - left
                over = (1.0 - b) * x[n, upper, left] + b * x[n, upper, right]
                under = (1.0 - b) * x[n, lower, left] + b * x[n, lower, right]
                z[n, i, j] = (1.0 - a) * over + a * under


def shrink(g: Array, dx: Array) -> None:
    """Add to every element what it had a part in."""
    dx += parts(dx.shape[1], g.shape[1]).T @ g @ parts(dx.shape[2], g.shape[2])


@compiled_for(shrink)
def _shrink_loops(g: Array, dx: Array) -> None:
    for n in range(g.shape[0]):
        for i in range(g.shape[1]):
            at = middle(i, dx.shape[1], g.shape[1])
            upper = int(at)
            lower, a = min(upper + 1, dx.shape[1] - 1), at - upper
            for j in range(g.shape[2]):
                at = middle(j, dx.shape[2], g.shape[2])
                left = int(at)
                right, b = min(left + 1, dx.shape[2] - 1), at - left
                dx[n, upper, left] += (1.0 - a) * (1.0 - b) * g[n, i, j]
                dx[n, upper, right] += (1.0 - a) * b * g[n, i, j]
                dx[n, lower, left] += a * (1.0 - b) * g[n, i, j]
                dx[n, lower, right] += a * b * g[n, i, j]


def forward(x: Array, z: Array) -> None:
    stretch(x, z)


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    shrink(g, dx)


def gradient(m: Maker, g: Term, z: Term, x: Term, size: tuple[int, int], scale_factor: Any) -> Sends:
    return (resized_back(m, g, *(_parts(m, n, many) for n, many in zip(x.shape[-2:], size, strict=True))),)


def _parts(m: Maker, n: int, rows: int) -> Term:
    """Write down what `parts` returns."""
    at = m.maximum((counting(m, rows) + 0.5) * float(n) / float(rows) - 0.5, 0.0)
    upper = m.floor(at)
    low = m.reshape(at - upper, shape=(rows, 1))
    lower = m.one_hot(m.minimum(upper + 1.0, float(n - 1)), classes=n)
    return (1.0 - low) * m.one_hot(upper, classes=n) + low * lower  # type: ignore[no-any-return]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See stacks of images."""
    count = prod(out[:-2])
    return Plan(((count, *shapes[0][-2:]), (count, *out[-2:])))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves what lies around it by the product of its weights."""
    (h, w), (high, broad) = inputs[0].shape[-2:], z.shape[-2:]
    image, row, column = (int(n) for n in np.unravel_index(e, (max(1, inputs[0].size // (h * w)), h, w)))
    a, b = parts(h, high)[:, row], parts(w, broad)[:, column]
    tall, wide = np.flatnonzero(a), np.flatnonzero(b)
    spots = (image * high + tall[:, None]) * broad + wide
    return spots.reshape(-1), (a[tall, None] * b[wide]).reshape(-1).astype(z.dtype)


OP = array_op(
    "upsample_bilinear",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="image of another size, between its elements",
    symbols="upsample_bilinear({x}, size={size})",
    attrs=ATTRS,
    shape=enlarged("upsample_bilinear"),
    plan=plan,
    ranks=(3, 3),
    local=local,
    gradient=gradient,
    examples=(
        Example("upsample_bilinear([[0, 4]], (1, 2))", "[[0.0, 1.0, 3.0, 4.0]]"),
        Example("upsample_bilinear([[0, 3]], size=(1, 3))", "[[0.0, 1.5, 3.0]]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the image of another size; PyTorch wants a batch of them."""
    x, *sizes = ("x" if len(call.shape) == 4 else "x[None]" if len(call.shape) == 3 else ""), *call.shape[-2:]
    text = f"F.interpolate({x}, size={tuple(sizes)}, mode='bilinear')"
    return "" if not x else text if x == "x" else f"{text}[0]"
