"""Local response normalisation: every number is damped by what its neighbouring channels answer at the same place.

    forward  s[c] = k + alpha / size · Σ x[j]² over the channels j around c,  z[c] = x[c] / s[c] ** beta
    backward dx[c] = g[c] / s[c] ** beta - 2 · alpha · beta / size · x[c] · Σ g[j] · x[j] / s[j] ** (beta + 1)

x: (B, C, …). The channels are those from size // 2 before c to (size - 1) // 2 behind it, as far as there are any; the sum of
the backward pass is over the channels j that c is a neighbour of. Names and defaults are PyTorch's.

Arguments:
    size   whole, from 1 to 1048576: channels that are summed
    alpha  number: what the mean of their squares is multiplied by
    beta   number: the power that x is divided by
    k      number: what the sum begins with

Known as: LocalResponseNorm; local_response_norm; local_response_normalization.
Source: Krizhevsky, Sutskever & Hinton, *ImageNet Classification with Deep Convolutional Neural Networks*, NeurIPS 2012.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, power
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole, number
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def gather_around(source: Array, target: Array, before: int, behind: int, factor: float) -> None:
    """Add to every channel the factor times what stands in the channels around it. Arrays: (B, C, places)."""
    channels = source.shape[1]
    for step in range(max(-before, 1 - channels), min(behind, channels - 1) + 1):
        low, high = max(0, -step), channels - max(0, step)
        target[:, low:high] += factor * source[:, low + step : high + step]


def damp(x: Array, z: Array, kept: Array, size: int, alpha: float, beta: float, k: float) -> None:
    """Write the damped numbers into z; keep s."""
    s = kept.reshape(x.shape)
    s[...] = k
    gather_around(x * x, s, size // 2, (size - 1) // 2, alpha / size)
    z[...] = x / s**beta


@compiled_for(damp)
def _damp(x: Array, z: Array, kept: Array, size: int, alpha: float, beta: float, k: float) -> None:
    s = kept.reshape(x.shape)
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            for p in range(x.shape[2]):
                s[b, c, p] = k
            for j in range(max(0, c - size // 2), min(x.shape[1], c + (size - 1) // 2 + 1)):
                for p in range(x.shape[2]):
                    s[b, c, p] += alpha / size * (x[b, j, p] * x[b, j, p])
            for p in range(x.shape[2]):
                z[b, c, p] = x[b, c, p] / power(s[b, c, p], beta)


def send(g: Array, z: Array, x: Array, dx: Array, kept: Array, size: int, alpha: float, beta: float) -> None:
    """Add what a gradient sends: straight, and by way of the sums that a number is in."""
    s, around = kept.reshape(x.shape), np.zeros_like(x)
    gather_around(g * z / s, around, (size - 1) // 2, size // 2, 2.0 * alpha * beta / size)
    dx += g / s**beta - x * around


@compiled_for(send)
def _send(g: Array, z: Array, x: Array, dx: Array, kept: Array, size: int, alpha: float, beta: float) -> None:
    s, factor = kept.reshape(x.shape), 2.0 * alpha * beta / size
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            for p in range(x.shape[2]):
                dx[b, c, p] += g[b, c, p] / power(s[b, c, p], beta)
            for j in range(max(0, c - (size - 1) // 2), min(x.shape[1], c + size // 2 + 1)):
                for p in range(x.shape[2]):
                    dx[b, c, p] -= factor * x[b, c, p] * (g[b, j, p] * z[b, j, p] / s[b, j, p])


def forward(x: Array, z: Array, size: int, alpha: float, beta: float, k: float, scratch: Array) -> None:
    damp(x, z, scratch, size, alpha, beta, k)


def backward(
    g: Array, z: Array, x: Array, dx: Array, size: int, alpha: float, beta: float, k: float, scratch: Array
) -> None:  # fmt: skip
    send(g, z, x, dx, scratch, size, alpha, beta)


def gradient(m: Maker, g: Term, z: Term, x: Term, size: int, alpha: float, beta: float, k: float) -> Sends:
    before, behind = size // 2, (size - 1) // 2
    s = around(m, m.square(x), before, behind) * (alpha / size) + k
    sent = around(m, g * z / s, behind, before) * (2.0 * alpha * beta / size)
    return (g / s**beta - x * sent,)


def around(m: Maker, x: Term, before: int, behind: int) -> Term:
    """Write down for every channel the sum over the channels around it."""
    samples, channels, *rest = x.shape
    before, behind = min(before, channels - 1), min(behind, channels - 1)
    images = m.pad(m.reshape(x, shape=(samples, 1, channels, prod(rest))), widths=(0, 0, (before, behind), 0))
    ones = m.expand(1.0, shape=(1, 1, before + behind + 1, 1))
    return m.reshape(m.conv2d(images, ones), shape=x.shape)  # type: ignore[no-any-return]


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, which has channels. Raises ShapeError."""
    if len(shapes[0]) < 2:
        raise ShapeError(f"`lrn` takes x of shape (samples, channels, …), got {shapes[0]}")
    if not is_whole(attrs["size"]) or not 1 <= attrs["size"] <= MOST:
        raise ShapeError(f"`size` is how many channels are summed, 1 to {MOST:,}, got {attrs['size']!r}")
    for name in ("alpha", "beta", "k"):
        number(attrs, name)
    return shapes[0]


MOST = 1 << 20


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See channels of flat images; the working memory holds the sums."""
    view = (out[0], out[1], prod(out[2:]))
    floats = (attrs["alpha"], attrs["beta"], attrs["k"])
    return Plan((view, view), (int(attrs["size"]),), floats, scratch=prod(out))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return how many neighbours all numbers have."""
    return prod(out) * min(int(attrs["size"]), out[1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A number moves itself, and every channel whose sum it is in."""
    seen = plan((z.shape,), z.shape, attrs)
    x, (size,), (alpha, beta, base) = inputs[0].reshape(seen.views[0]), seen.ints, seen.floats
    s, damped = np.empty(x.size), np.empty_like(x)
    damp(x, damped, s, size, alpha, beta, base)
    b, c, p = (int(i) for i in np.unravel_index(e, x.shape))
    mine = np.arange(max(0, c - (size - 1) // 2), min(x.shape[1], c + size // 2 + 1))
    sums = s.reshape(x.shape)[b, mine, p]
    slopes = -2.0 * alpha * beta / size * x[b, c, p] * damped[b, mine, p] / sums + (mine == c) * sums**-beta
    return (b * x.shape[1] + mine) * x.shape[2] + p, slopes.astype(z.dtype)


OP = array_op(
    "lrn",
    forward,
    backward,
    inputs=("x",),
    role="normalise",
    title="damp by neighbouring channels",
    symbols="lrn({x}, {size})",
    attrs={"size": REQUIRED, "alpha": 1e-4, "beta": 0.75, "k": 1.0},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    work=work,
    ints=("size",),
    floats=("alpha", "beta", "k"),
    scratch=True,
    gradient=gradient,
    examples=(
        Example("lrn([[3, 4, 0]], 2, alpha=2, beta=1, k=0)", "[[0.333333, 0.16, 0.0]]"),
        Example("lrn([[2, 2]], 5)", "[[1.99976, 1.99976]]"),
    ),
)


def _form(call: TorchCall) -> str:
    """PyTorch's takes samples with places."""
    if len(call.shapes[0]) > 2:
        return "F.local_response_norm(x, size, alpha, beta, k)"
    return "F.local_response_norm(x.unsqueeze(-1), size, alpha, beta, k).squeeze(-1)"


TORCH = _form
