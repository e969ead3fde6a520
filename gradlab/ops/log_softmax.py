"""Logarithm of softmax, computed as one: probabilities too small for a number still have a logarithm.

    forward  z = x - log Σ e ** x
    backward dx = g - e ** z · Σ g

Source: Blanchard, Higham & Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41, 2021.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import compiled_for, exp, greatest, helper, log, total, wide
from gradlab.op import Array, Attrs, Curve, Example, array_op
from gradlab.ops._along import block, exponentials, line_of, lines_at_once, plan, same_shape, shift_columns, shift_lines
from gradlab.terms import Maker, Sends, Term


@helper
def columns(x: Array, z: Array, a: int, scratch: Array) -> None:
    """Write the logarithms for lines beside one another, blocks of them at a time."""
    n, inner = x.shape[1], x.shape[2]
    for b in range(0, inner, block(x)):
        width = min(block(x), inner - b)
        highs, sums = scratch[:width], wide(scratch[2 * block(x) :])[:width]
        shift_columns(x, z, highs, a, b)
        for c in range(width):
            sums[c] = 0.0
        for i in range(n):
            out = z[a, i, b : b + width]
            exponentials(out)
            for c in range(width):
                sums[c] += out[c]
        for c in range(width):
            sums[c] = log(sums[c])
        for i in range(n):
            line, out = x[a, i, b : b + width], z[a, i, b : b + width]
            for c in range(width):
                out[c] = (line[c] - highs[c]) - sums[c]


def forward(x: Array, z: Array, scratch: Array) -> None:
    less = x - np.max(x, axis=1, keepdims=True, initial=-np.inf)
    z[...] = less - np.log(np.sum(np.exp(less), axis=1, keepdims=True, dtype=np.float64))


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
            line, out = flat[at + start : at + start + n], some[start : start + n]
            high, rest = greatest(line), log(total(out))
            for i in range(n):
                out[i] = (line[i] - high) - rest
    for a in range(x.shape[0] if inner > 1 else 0):
        columns(x, z, a, scratch)


def backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    dx += g - np.exp(z) * np.sum(g, axis=1, keepdims=True, dtype=np.float64)


@compiled_for(backward)
def _backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    n, inner = z.shape[1], z.shape[2]
    up, logs, out = g.reshape(z.size), z.reshape(z.size), dx.reshape(z.size)
    width, sums = block(z), wide(scratch)
    for a in range(z.shape[0]):
        for b in range(0, inner, width):
            w, first, last = min(width, inner - b), a * n * inner + b, (a + 1) * n * inner
            for c in range(w):
                sums[c] = 0.0
            if inner == 1:
                sums[0] = total(up[first:last])
            for at in range(first, last if inner > 1 else first, inner):
                line = up[at : at + w]
                for c in range(w):
                    sums[c] += line[c]
            if inner == 1:
                send_part(up[first:last], logs[first:last], out[first:last], sums, 0)
            for at in range(first, last if inner > 1 else first, inner):
                send_part(up[at : at + w], logs[at : at + w], out[at : at + w], sums, 1)


@helper
def send_part(g: Array, z: Array, dx: Array, sums: Array, step: int) -> None:
    """Add to some of dx the gradient less the probability of the sum that stands there, or of one sum with a step of 0."""
    if step == 0:
        s = sums[0]
        for i in range(dx.shape[0]):
            dx[i] += g[i] - exp(z[i]) * s
        return
    for i in range(dx.shape[0]):
        dx[i] += g[i] - exp(z[i]) * sums[i]


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    return (g - m.exp(z) * m.sum(g, axis=axis, keepdims=True),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element i moves element j of its line by [i = j] - softmax_i."""
    places, i = line_of(e, z.shape, attrs["axis"])
    return places, (np.arange(places.size) == i) - exp(z.reshape(-1)[places[i]])


OP = array_op(
    "log_softmax",
    forward,
    backward,
    inputs=("x",),
    role="activation",
    curve=Curve((-inf, 0.0)),
    title="logarithm of softmax",
    symbols="log_softmax({x})",
    attrs={"axis": -1},
    shape=same_shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    scratch=True,
    applies="softmax",
    gradient=gradient,
    examples=(Example("log_softmax([0, 0])", "[-0.693147, -0.693147]"), Example("log_softmax([0, 1000])", "[-1000.0, 0.0]")),
)
TORCH = "x.log_softmax(axis)"
