"""What normalisations over a line of numbers share: its mean and spread, and the gradient through both."""

from __future__ import annotations

from gradlab.numeric import helper, sqrt, total
from gradlab.op import Array


@helper
def moments(x: Array, eps: float) -> tuple[float, float]:
    """Give the mean of a line, and one over its deviation, whose variance is at least eps."""
    n = x.shape[0]
    mean = total(x) / n
    s = 0.0
    for i in range(n):
        d = x[i] - mean
        s += d * d
    return mean, 1.0 / sqrt(s / n + eps)


@helper
def pull_back(g: Array, x: Array, gamma: Array, dx: Array, mean: float, scale: float) -> None:
    """Add to dx what arrives through a line: less its mean, and less its part along the line itself."""
    n = x.shape[0]
    s, along = 0.0, 0.0
    for i in range(n):
        part = g[i] * gamma[i]
        s += part
        along += part * (x[i] - mean) * scale
    s, along = s / n, along / n
    for i in range(n):
        dx[i] += scale * (g[i] * gamma[i] - s - (x[i] - mean) * scale * along)
