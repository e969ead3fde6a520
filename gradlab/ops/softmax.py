"""Softmax: turns numbers into probabilities along an axis, without overflow.

    forward  z = e ** x / Σ e ** x
    backward dx = z · (g - Σ g · z)

Source: Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, 1990.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import compiled_for, dot, helper, total, wide
from gradlab.op import Array, Attrs, Curve, Example, array_op
from gradlab.ops._along import block, exponentials, line_of, lines_at_once, plan, same_shape, shift_columns, shift_lines
from gradlab.terms import Maker, Sends, Term


@helper
def soften_columns(x: Array, z: Array, a: int, scratch: Array) -> None:
    """Write the probabilities of lines beside one another, blocks of them at a time."""
    n, inner = x.shape[1], x.shape[2]
    for b in range(0, inner, block(x)):
        width = min(block(x), inner - b)
        sums = wide(scratch[2 * block(x) :])[:width]
        shift_columns(x, z, scratch[:width], a, b)
        for c in range(width):
            sums[c] = 0.0
        for i in range(n):
            row = z[a, i, b : b + width]
            exponentials(row)
            for c in range(width):
                sums[c] += row[c]
        for c in range(width):
            sums[c] = 1.0 / sums[c]
        for i in range(n):
            row = z[a, i, b : b + width]
            for c in range(width):
                row[c] *= sums[c]


def forward(x: Array, z: Array, scratch: Array) -> None:
    z[...] = np.exp(x - np.max(x, axis=1, keepdims=True, initial=-np.inf))
    z /= np.sum(z, axis=1, keepdims=True, dtype=np.float64)


@compiled_for(forward)
def _forward(x: Array, z: Array, scratch: Array) -> None:
    n, inner = x.shape[1], x.shape[2]
    step = max(1, n) * lines_at_once(n)
    flat, whole = x.reshape(x.size), z.reshape(x.size)
    for at in range(0, x.size if inner == 1 else 0, step):
        some = whole[at : at + step]
        shift_lines(flat[at : at + step], some, n)
        exponentials(some)
        for start in range(0, some.shape[0], n):
            line = some[start : start + n]
            over = 1.0 / total(line)
            for i in range(n):
                line[i] *= over
    for a in range(x.shape[0] if inner > 1 else 0):
        soften_columns(x, z, a, scratch)


def backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    dx += z * (g - np.sum(g * z.astype(np.float64, copy=False), axis=1, keepdims=True))


@compiled_for(backward)
def _backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    n, inner = z.shape[1], z.shape[2]
    up, odds, out = g.reshape(z.size), z.reshape(z.size), dx.reshape(z.size)
    for at in range(0, z.size if inner == 1 else 0, max(1, n)):
        lg, lz, lx = up[at : at + n], odds[at : at + n], out[at : at + n]
        s = dot(lg, lz)
        for i in range(n):
            lx[i] += lz[i] * (lg[i] - s)
    for a in range(z.shape[0] if inner > 1 else 0):
        for b in range(0, inner, block(z)):
            width = min(block(z), inner - b)
            sums = wide(scratch)[:width]
            for c in range(width):
                sums[c] = 0.0
            for at in range(a * n * inner + b, (a + 1) * n * inner, inner):
                lg, lz = up[at : at + width], odds[at : at + width]
                for c in range(width):
                    sums[c] += np.float64(lg[c]) * lz[c]
            for at in range(a * n * inner + b, (a + 1) * n * inner, inner):
                lg, lz, lx = up[at : at + width], odds[at : at + width], out[at : at + width]
                for c in range(width):
                    lx[c] += lz[c] * (lg[c] - sums[c])


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    return (z * (g - m.sum(g * z, axis=axis, keepdims=True)),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element i moves element j of its line by z_j · ([i = j] - z_i)."""
    places, i = line_of(e, z.shape, attrs["axis"])
    probabilities = z.reshape(-1)[places]
    return places, probabilities * ((np.arange(places.size) == i) - probabilities[i])


OP = array_op(
    "softmax",
    forward,
    backward,
    inputs=("x",),
    role="activation",
    curve=Curve((0.0, 1.0)),
    title="softmax",
    symbols="softmax({x})",
    attrs={"axis": -1},
    shape=same_shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    scratch=True,
    applies="softmax",
    gradient=gradient,
    examples=(Example("softmax([0, 0])", "[0.5, 0.5]"), Example("softmax([1, 2, 3])", "[0.0900306, 0.244728, 0.665241]")),
)
TORCH = "x.softmax(axis)"
