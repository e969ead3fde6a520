"""What variance and standard deviation share: squared distances from means that the working memory keeps."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from gradlab.numeric import helper, keep, kept
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._reduce import add_up, counted_plan


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops; the working memory holds the means, behind them what sums lose, later slopes."""
    return replace(counted_plan(shapes, out, attrs), scratch=2 * prod(out))


@helper
def mean_squares(x: Array, z: Array, means: Array, n: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    """Write the means, and into z the mean squared distances from them."""
    lost = means[z.shape[0] :]
    add_up(x, means, lost, k0, r0, k1, r1, k2, r2)
    for i in range(z.shape[0]):
        means[i] /= n
        z[i], lost[i] = 0.0, 0.0
    at = 0
    for a in range(k0):
        for _ in range(r0):
            for c in range(k1):
                for _ in range(r1):
                    for e in range((a * k1 + c) * k2, (a * k1 + c + 1) * k2):
                        s = kept(z, lost, e)
                        for i in range(at, at + r2):
                            d = x[i] - means[e]
                            s += d * d
                        keep(s, z, lost, e)
                        at += r2
    for i in range(z.shape[0]):
        z[i] /= n


@helper
def spread_distances(
    slope: Array, x: Array, dx: Array, means: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:
    """Add to dx the slope of its mean times the distance from the mean."""
    at = 0
    for a in range(k0):
        for _ in range(r0):
            for c in range(k1):
                for _ in range(r1):
                    for e in range((a * k1 + c) * k2, (a * k1 + c + 1) * k2):
                        for i in range(at, at + r2):
                            dx[i] += slope[e] * (x[i] - means[e])
                        at += r2
