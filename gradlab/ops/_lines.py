"""What layer and group normalisation share: lines of numbers, each with mean 0 and variance 1, then scaled and shifted.

A line holds the channels of one group: x is (B · groups, channels of a group · places), gamma and beta have one number a
channel. Layer normalisation has one group, and every number of a line is a channel of one place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.numeric import ZERO, compiled_for, helper, sqrt, summing, total
from gradlab.op import Array
from gradlab.ops._reduce import room
from gradlab.terms import Maker, Term


def memory(rows: int, channels: int) -> int:
    """Return how much working memory both directions take: mean and scale of each line, and two sums of each channel."""
    return room(2 * (rows + channels))


def normalise(x: Array, gamma: Array, beta: Array, z: Array, groups: int, eps: float, kept: Array) -> None:
    """Write the normalised lines into z; keep the mean of each line, and behind them all one over the deviation of each."""
    if x.size == 0:
        return
    rows, wide = x.shape[0], x.astype(np.float64, copy=False)
    kept[:rows], kept[rows : 2 * rows] = wide.mean(axis=1), 1.0 / np.sqrt(wide.var(axis=1) + eps)
    h = (wide - kept[:rows, None]) * kept[rows : 2 * rows, None]
    shape, spread = _by_channel(x, gamma, groups)
    z[...] = (h.reshape(shape) * gamma.reshape(spread) + beta.reshape(spread)).reshape(x.shape)


def _by_channel(x: Array, gamma: Array, groups: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shape (samples, groups, channels of a group, places) of the lines, and that of one number a channel."""
    channels = gamma.shape[0] // groups
    return (x.shape[0] // groups, groups, channels, x.shape[1] // channels), (-1, groups, channels, 1)


@helper
@summing
def squares_around(line: Array, mean: float) -> float:
    """Return the sum of the squared distances from a mean."""
    s = ZERO
    for i in range(line.shape[0]):
        d = np.float64(line[i]) - mean
        s += d * d
    return s


@compiled_for(normalise)
def _normalise(x: Array, gamma: Array, beta: Array, z: Array, groups: int, eps: float, kept: Array) -> None:
    rows, n = x.shape
    channels = gamma.shape[0] // groups
    places = n // channels
    for r in range(rows):
        line, out, first = x[r], z[r], (r % groups) * channels
        mean = total(line) / n
        scale = 1.0 / sqrt(squares_around(line, mean) / n + eps)
        kept[r], kept[rows + r] = mean, scale
        if places == 1:
            slopes, shifts = gamma[first : first + n], beta[first : first + n]
            for i in range(n):
                out[i] = slopes[i] * ((line[i] - mean) * scale) + shifts[i]
            continue
        for c in range(channels):
            part, target, slope, shift = line[c * places :], out[c * places :], gamma[first + c], beta[first + c]
            for i in range(places):
                target[i] = slope * ((part[i] - mean) * scale) + shift


def pull_back(
    g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, dbeta: Array, groups: int, kept: Array
) -> None:  # fmt: skip
    """Add what a gradient of the normalised lines sends: to x less its mean and less its part along the line itself."""
    if x.size == 0:
        return
    rows, up = x.shape[0], g.astype(np.float64, copy=False)
    scale = kept[rows : 2 * rows, None]
    h = (x - kept[:rows, None]) * scale
    shape, spread = _by_channel(x, gamma, groups)
    dgamma += (up * h).reshape(shape).sum(axis=(0, 3)).reshape(-1)
    dbeta += up.reshape(shape).sum(axis=(0, 3)).reshape(-1)
    part = (up.reshape(shape) * gamma.reshape(spread)).reshape(x.shape)
    dx += scale * (part - part.mean(axis=1)[:, None] - h * (part * h).mean(axis=1)[:, None])


@helper
@summing
def pulls(g: Array, line: Array, slopes: Array, mean: float) -> tuple[Any, Any]:
    """Return the sums of slope · g and of that times the distance from the mean."""
    sent, moved = ZERO, ZERO
    for i in range(slopes.shape[0]):
        part = np.float64(g[i]) * slopes[i]
        sent += part
        moved += part * (line[i] - mean)
    return sent, moved


@helper
@summing
def plain_pulls(g: Array, line: Array, places: int, mean: float) -> tuple[Any, Any]:
    """Return the sums of the first g, and of each times the distance from the mean."""
    sent, moved = ZERO, ZERO
    for i in range(places):
        sent += g[i]
        moved += g[i] * (line[i] - mean)
    return sent, moved


@compiled_for(pull_back)
def _pull_back(
    g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, dbeta: Array, groups: int, kept: Array
) -> None:  # fmt: skip
    rows, n = x.shape
    channels = gamma.shape[0] // groups
    places, steep, flat = n // channels, kept[2 * rows :], kept[2 * rows + gamma.shape[0] :]
    kept[2 * rows : 2 * (rows + gamma.shape[0])] = 0.0
    for r in range(rows):
        line, up, out, mean, scale, first = x[r], g[r], dx[r], kept[r], kept[rows + r], (r % groups) * channels
        slopes, rise, shift = gamma[first : first + channels], steep[first : first + channels], flat[first : first + channels]
        s, along = ZERO, ZERO
        if places == 1:
            s, along = pulls(up, line, slopes, mean)
            for i in range(n):
                shift[i] += up[i]
                rise[i] += up[i] * ((line[i] - mean) * scale)
        for c in range(channels if places > 1 else 0):
            sent, moved = plain_pulls(up[c * places :], line[c * places :], places, mean)
            shift[c] += sent
            rise[c] += moved * scale
            s += slopes[c] * sent
            along += slopes[c] * moved
        s, along = s / n, along * scale * scale / n
        if places == 1:
            for i in range(n):
                out[i] += scale * (np.float64(up[i]) * slopes[i] - s - (line[i] - mean) * along)
        for c in range(channels if places > 1 else 0):
            part, sent_by, target, slope = line[c * places :], up[c * places :], out[c * places :], np.float64(slopes[c])
            for i in range(places):
                target[i] += scale * (sent_by[i] * slope - s - (part[i] - mean) * along)
    for c in range(gamma.shape[0]):
        dgamma[c] += steep[c]
        dbeta[c] += flat[c]


def pulled_back(m: Maker, upstream: Term, x: Term, axis: Any, eps: float) -> tuple[Term, Term]:
    """Return the numbers normalised over some axes, and what an upstream gradient of them sends to x."""
    centre, spread = (m.call(word, x, axis=axis, keepdims=True) for word in ("mean", "var"))
    h = m.standardize(x, centre, spread, eps=eps)
    rest = upstream - m.mean(upstream, axis=axis, keepdims=True) - h * m.mean(upstream * h, axis=axis, keepdims=True)
    return h, rest / m.sqrt(spread + eps)
