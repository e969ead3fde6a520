"""Max pooling backward as an op of its own: every element goes to where the winner of its window stood, all else is 0.

    forward  z[winner of the window in x] = Σ y   y: the shape of the pooled x   z: the shape of x
    backward dy = g[winner of the window in x]

The switches are those of `max_pool2d(x, kernel_size, stride, padding, dilation, ceil_mode)`: who wins in x is found anew, and x
gets no gradient. What windows that overlap send to one place adds up.

Arguments:
    stride   whole, from 1, or one for each axis: how far the window moves; None: its size
    padding  whole, from 0, or one for each axis: a border that never wins, at most half of the window

Source: Zeiler & Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._pool import MAX_ATTRS, clear, collect, pick, route, sizes, views, window, winners
from gradlab.ops._pool import work as windows_read
from gradlab.ops._torch import Helped
from gradlab.ops._window import INTS


@straight
def forward(y: Array, x: Array, z: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    clear(z)
    count = y.shape[0] * y.shape[1]
    won = scratch[:count].reshape(y.shape)
    pick(x, scratch[count : 2 * count].reshape(y.shape), won, h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
    route(y, y, won, z)


@straight
def backward(g: Array, z: Array, y: Array, x: Array, dy: Array, dx: Array, h: int, w: int, tall: int, wide: int, high: int,
             broad: int, sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    collect(g, scratch[: y.shape[0] * y.shape[1]].reshape(y.shape), dy)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of x, once y has the shape of its pool."""
    y, x = shapes
    pooled = (*x[:-2], *sizes("max_unpool2d", 2, x, attrs))
    if y != pooled:
        raise ShapeError(f"the pool of x of shape {x} has shape {pooled}, y has {y}")
    return x


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk over flat images; the working memory holds the places of the winners, and the winners."""
    y, x = shapes
    large, small = views(x, y, attrs)
    return Plan((small, large, large), window(x, y, attrs), scratch=2 * small[0] * small[1])


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return how many elements all windows of the image read, and one an element of what is put back."""
    return prod(out) + windows_read(shapes[1:], shapes[0], attrs)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves the place of its winner by 1."""
    y, x = inputs
    return winners(x, y.shape, attrs).reshape(-1)[e : e + 1], np.ones(1, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return who wins every window."""
    return winners(inputs[1], inputs[0].shape, attrs)


OP = array_op(
    "max_unpool2d",
    forward,
    backward,
    inputs=("y", "x"),
    role="pool",
    title="put back to the winners",
    symbols="max_unpool2d({y}, {x}, {kernel_size})",
    attrs=MAX_ATTRS,
    shape=shape,
    plan=plan,
    ranks=(2, 2, 2),
    ints=INTS,
    work=work,
    local=local,
    branch=branch,
    scratch=True,
    differentiable=(True, False),
    examples=(Example("max_unpool2d([[[7]]], [[[1, 2], [4, 3]]], 2)", "[[[0.0, 0.0], [7.0, 0.0]]]"),),
    aliases=("unpool",),
)
_HELPER = '''
def max_unpool2d(y, x, *window):
    """Return y, the elements of a pool of x, where the winners of its windows stood. `F.max_unpool2d` adds no overlaps up."""
    flat = x.detach().reshape(-1, 1, *x.shape[-2:])
    winners = F.max_pool2d(flat, *window, return_indices=True)[1].flatten(1)
    return torch.zeros_like(flat).flatten(1).scatter_add(1, winners, y.reshape(winners.shape)).reshape(x.shape)
'''
TORCH = Helped("max_unpool2d(y, x, kernel_size, stride, padding, dilation, ceil_mode)", _HELPER)
