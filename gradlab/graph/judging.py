"""What the slopes that were measured say of a gradient: the ladder of verdicts of the numerical check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite

TOLERANCE = 1e-5
"""Relative difference of the best step up to which it is an agreement."""
AGREED = 10.0
"""Slopes have settled when they lie this many times closer to one another than to what backward says."""
GROWTH = 2.0
"""Where a slope grows by this factor or more at every tenth of the step, the root jumps: it has no slope there."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The slope of the root that one step gives.

    step: how far the number was moved to each side.   numeric: the slope.   error: its relative difference from backward's.
    """

    step: float
    numeric: float
    error: float


def estimate(analytic: float, step: float, up: float, down: float) -> Estimate:
    """Return the slope between two values of the root, beside what backward says."""
    numeric = (up - down) / (2 * step)
    return Estimate(step, numeric, relative(analytic, numeric))


def relative(analytic: float, numeric: float) -> float:
    """Return the relative difference; infinity where one of the two is not finite."""
    if analytic == numeric and isfinite(analytic):
        return 0.0
    difference = abs(analytic - numeric)
    return difference / max(abs(analytic), abs(numeric), 1e-12) if isfinite(difference) else inf


def closest(found: Sequence[Estimate]) -> Estimate:
    """Return the estimate that agrees best."""
    return min(found, key=lambda e: e.error)


@dataclass(frozen=True, slots=True)
class RoundingNoise:
    """What rounding may add: to the root, and to the gradient that backward sends."""

    root: float
    gradient: float = 0.0


def judge(analytic: float, found: Sequence[Estimate], noise: RoundingNoise, apart: Callable[[float], bool]) -> str:
    """Return the verdict: ok, rounding, kink, undefined or wrong; what they mean stands in `gradlab.graph.gradcheck`.

    apart: whether both sides of a step lie on different branches.
    """
    best, smallest = closest(found), min(e.step for e in found)
    if best.error <= TOLERANCE:
        return "ok"
    if not any(isfinite(e.numeric) for e in found):
        return "undefined"
    if not isfinite(analytic):
        return "wrong" if _smooth(found, noise.root) and not apart(smallest) else "undefined"
    if apart(smallest):
        return "kink"
    gap = abs(analytic - best.numeric)
    if gap <= max(noise.root / best.step, noise.gradient):
        return "rounding"
    if _settled(found, gap):
        return "wrong"
    return "kink" if apart(best.step) or _jumps(found) else "rounding"


def _settled(found: Sequence[Estimate], gap: float) -> bool:
    """Whether three steps in a row agree; a root that does not move at all for small steps only has rounded them away."""
    slopes = _by_step(found)
    moved = any(slopes)
    threes = (slopes[i : i + 3] for i in range(len(slopes) - 2))
    return any(max(three) - min(three) <= gap / AGREED and (any(three) or not moved) for three in threes)


def _smooth(found: Sequence[Estimate], noise: float) -> bool:
    """Whether the steps agree with one another, where there is nothing else that they could agree with."""
    slopes = _by_step(found)
    rounding = noise / min(e.step for e in found)
    return max(slopes) - min(slopes) <= max(rounding, max(map(abs, slopes)) / AGREED)


def _jumps(found: Sequence[Estimate]) -> bool:
    """Whether the slope has one sign and grows ever more, the smaller the step."""
    slopes = _by_step(found)
    return all(small * large > 0 and abs(small) >= GROWTH * abs(large) for small, large in pairwise(slopes))


def _by_step(found: Sequence[Estimate]) -> list[float]:
    """Return the slopes from the smallest step to the largest."""
    return [e.numeric for e in sorted(found, key=lambda e: e.step)]
