"""An image brought to another size: every element becomes a block of its copies, or where it gets smaller some are left out.

    forward  z[i, j] = x[i · h / H, j · w / W]   x: (…, h, w)   z: (…, H, W)
    backward dx = Σ g of its block

The quotients are rounded down.

Arguments:
    scale_factor  whole, from 1, or a pair: how many times as large, down and across
    size          whole, from 0, or a pair: height and width of z in place of a factor; None: as the factor says

Known as: UpSampling2D.
Source: Odena, Dumoulin & Olah, *Deconvolution and Checkerboard Artifacts*, Distill, 2016.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import compiled_for
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._reduce import counting
from gradlab.ops._scale import ATTRS, enlarged, resized_back
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def sources(n: int, rows: int) -> Array:
    """Return which row of x every row of z is a copy of."""
    return np.arange(rows) * n // max(1, rows)


def copy(x: Array, z: Array) -> None:
    """Write the images of the new size."""
    z[...] = x[:, sources(x.shape[1], z.shape[1])][:, :, sources(x.shape[2], z.shape[2])]


@compiled_for(copy)
def _copy_loops(x: Array, z: Array) -> None:
    for n in range(z.shape[0]):
        for i in range(z.shape[1]):
            row, at = x[n, i * x.shape[1] // z.shape[1]], 0
            for j in range(z.shape[2]):
                while (at + 1) * z.shape[2] <= j * x.shape[2]:  # counting takes half the time of dividing
                    at += 1
                z[n, i, j] = row[at]


def collect(g: Array, dx: Array) -> None:
    """Add to every element what its copies were sent."""
    down, across = sources(dx.shape[1], g.shape[1]), sources(dx.shape[2], g.shape[2])
    np.add.at(dx, np.ix_(np.arange(len(dx)), down, across), g)


@compiled_for(collect)
def _collect_loops(g: Array, dx: Array) -> None:
    for n in range(g.shape[0]):
        for i in range(g.shape[1]):
            row, at = dx[n, i * dx.shape[1] // g.shape[1]], 0
            for j in range(g.shape[2]):
                while (at + 1) * g.shape[2] <= j * dx.shape[2]:
                    at += 1
                row[at] += g[n, i, j]


def forward(x: Array, z: Array) -> None:
    copy(x, z)


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    collect(g, dx)


def gradient(m: Maker, g: Term, z: Term, x: Term, size: tuple[int, int], scale_factor: Any) -> Sends:
    *lead, h, w = x.shape
    if size[0] % h or size[1] % w:
        copies = (m.floor(counting(m, many) * float(n) / float(many)) for n, many in ((h, size[0]), (w, size[1])))
        down, across = (m.one_hot(place, classes=n) for place, n in zip(copies, (h, w), strict=True))
        return (resized_back(m, g, down, across),)
    blocks = m.reshape(g, shape=(prod(lead), h, size[0] // h, w, size[1] // w))
    return (m.reshape(m.sum(blocks, axis=(2, 4)), shape=x.shape),)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See stacks of images."""
    count = prod(out[:-2])
    return Plan(((count, *shapes[0][-2:]), (count, *out[-2:])))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies by 1."""
    (h, w), (high, broad) = inputs[0].shape[-2:], z.shape[-2:]
    image, row, column = (int(n) for n in np.unravel_index(e, (max(1, inputs[0].size // (h * w)), h, w)))
    tall, wide = np.flatnonzero(sources(h, high) == row), np.flatnonzero(sources(w, broad) == column)
    spots = ((image * high + tall[:, None]) * broad + wide).reshape(-1)
    return spots, np.ones(spots.size, z.dtype)


OP = array_op(
    "upsample_nearest",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="image of another size, of copies",
    symbols="upsample_nearest({x}, size={size})",
    attrs=ATTRS,
    shape=enlarged("upsample_nearest"),
    plan=plan,
    ranks=(3, 3),
    local=local,
    gradient=gradient,
    examples=(
        Example("upsample_nearest([[1, 2]], (1, 2))", "[[1.0, 1.0, 2.0, 2.0]]"),
        Example("upsample_nearest([[1, 2]], size=(1, 3))", "[[1.0, 1.0, 2.0]]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the image of another size; PyTorch wants a batch of them."""
    x, *sizes = ("x" if len(call.shape) == 4 else "x[None]" if len(call.shape) == 3 else ""), *call.shape[-2:]
    text = f"F.interpolate({x}, size={tuple(sizes)}, mode='nearest')"
    return "" if not x else text if x == "x" else f"{text}[0]"
