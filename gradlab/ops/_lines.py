"""What layer and group normalisation share: lines of numbers, each with mean 0 and variance 1, then scaled and shifted.

A line holds the channels of one group: x is (B · groups, channels of a group · places), gamma and beta have one number a
channel. Layer normalisation has one group, and every number of a line is a channel of one place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.numeric import compiled_for, sqrt, total
from gradlab.op import Array
from gradlab.terms import Maker, Term


def normalise(x: Array, gamma: Array, beta: Array, z: Array, groups: int, eps: float, kept: Array) -> None:
    """Write the normalised lines into z; keep the mean of each line, and behind them all one over the deviation of each."""
    if x.size == 0:
        return
    rows = x.shape[0]
    kept[:rows], kept[rows : 2 * rows] = x.mean(axis=1), 1.0 / np.sqrt(x.var(axis=1) + eps)
    h = (x - kept[:rows, None]) * kept[rows : 2 * rows, None]
    wide = (-1, groups, gamma.shape[0] // groups, 1)
    shape = (rows // groups, *wide[1:3], x.shape[1] // wide[2])
    z[...] = (h.reshape(shape) * gamma.reshape(wide) + beta.reshape(wide)).reshape(x.shape)


@compiled_for(normalise)
def _normalise(x: Array, gamma: Array, beta: Array, z: Array, groups: int, eps: float, kept: Array) -> None:
    rows, n = x.shape
    channels = gamma.shape[0] // groups
    places = n // channels
    for r in range(rows):
        line, first = x[r], (r % groups) * channels
        mean, s = total(line) / n, 0.0
        for i in range(n):
            d = line[i] - mean
            s += d * d
        scale = 1.0 / sqrt(s / n + eps)
        kept[r], kept[rows + r] = mean, scale
        for c in range(channels):
            slope = gamma[first + c] * scale
            for i in range(c * places, (c + 1) * places):
                z[r, i] = slope * (line[i] - mean) + beta[first + c]


def pull_back(
    g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, dbeta: Array, groups: int, kept: Array
) -> None:  # fmt: skip
    """Add what a gradient of the normalised lines sends: to x less its mean and less its part along the line itself."""
    if x.size == 0:
        return
    rows = x.shape[0]
    wide = (-1, groups, gamma.shape[0] // groups, 1)
    shape = (rows // groups, *wide[1:3], x.shape[1] // wide[2])
    scale = kept[rows : 2 * rows, None]
    h = (x - kept[:rows, None]) * scale
    dgamma += (g * h).reshape(shape).sum(axis=(0, 3)).reshape(-1)
    dbeta += g.reshape(shape).sum(axis=(0, 3)).reshape(-1)
    part = (g.reshape(shape) * gamma.reshape(wide)).reshape(x.shape)
    dx += scale * (part - part.mean(axis=1)[:, None] - h * (part * h).mean(axis=1)[:, None])


@compiled_for(pull_back)
def _pull_back(
    g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, dbeta: Array, groups: int, kept: Array
) -> None:  # fmt: skip
    rows, n = x.shape
    channels = gamma.shape[0] // groups
    places = n // channels
    for r in range(rows):
        mean, scale, first = kept[r], kept[rows + r], (r % groups) * channels
        s, along = 0.0, 0.0
        for c in range(channels):
            sent, moved = 0.0, 0.0
            for i in range(c * places, (c + 1) * places):
                sent += g[r, i]
                moved += g[r, i] * (x[r, i] - mean) * scale
            dbeta[first + c] += sent
            dgamma[first + c] += moved
            s += gamma[first + c] * sent
            along += gamma[first + c] * moved
        for c in range(channels):
            for i in range(c * places, (c + 1) * places):
                h = (x[r, i] - mean) * scale
                dx[r, i] += scale * (g[r, i] * gamma[first + c] - s / n - h * along / n)


def pulled_back(m: Maker, upstream: Term, x: Term, axis: Any, eps: float) -> tuple[Term, Term]:
    """Return the numbers normalised over some axes, and what an upstream gradient of them sends to x."""
    centre, spread = (m.call(word, x, axis=axis, keepdims=True) for word in ("mean", "var"))
    h = m.standardize(x, centre, spread, eps=eps)
    rest = upstream - m.mean(upstream, axis=axis, keepdims=True) - h * m.mean(upstream * h, axis=axis, keepdims=True)
    return h, rest / m.sqrt(spread + eps)
