"""Histograms that never fail: what has no place on the axis is counted beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.train.measure import Floats, blocks

LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts over equal bins.

    counts: one a bin.   low, high: ends of the axis; the last bin includes its upper end.
    below, above: finite elements outside of the axis, and the infinite ones on that side.   nans: elements that are no number.
    """

    counts: tuple[int, ...]
    low: float
    high: float
    below: int = 0
    above: int = 0
    nans: int = 0

    @property
    def edges(self) -> tuple[float, ...]:
        """The ends of the bins, one more than there are bins."""
        return tuple(float(e) for e in np.linspace(self.low, self.high, len(self.counts) + 1))


@np.errstate(all="ignore")
def histogram(x: Floats, bins: int = 20, axis: tuple[float, float] | None = None) -> Histogram:
    """Return the histogram of all elements. Without an axis it runs from the smallest finite element to the largest."""
    low, high = axis or _ends(x)
    counts = np.zeros(bins + 3, np.int64)
    for block in blocks(x):
        counts += _counted(block, low, high, bins)
    below, *inside, above, nans = (int(c) for c in counts)
    return Histogram(tuple(inside), low, high, below, above, nans)


def _counted(block: Floats, low: float, high: float, bins: int) -> npt.NDArray[np.int64]:
    """Count one piece: elements below, those in each bin, those above, and NaN."""
    # Halves keep an axis as long as all floats finite.
    place = np.floor((block * 0.5 - low * 0.5) * (bins / (high * 0.5 - low * 0.5)))
    place = np.where(block == high, bins - 1, place)
    place = np.where(block > high, bins, np.where(block < low, -1, np.clip(place, 0, bins - 1)))
    place = np.where(np.isnan(block), bins + 1, place)
    return np.bincount((place + 1).astype(np.int64), minlength=bins + 3)


def _ends(x: Floats) -> tuple[float, float]:
    """Return the smallest and the largest finite element, or 0 and 1; around a single value the axis is given some length."""
    low, high = float(np.min(x, initial=np.inf)), float(np.max(x, initial=-np.inf))
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = x[np.isfinite(x)]
        if finite.size == 0:
            return 0.0, 1.0
        low, high = float(finite.min()), float(finite.max())
    if high / 2 - low / 2 > max(abs(low), abs(high)) * 1e-12 and high / 2 - low / 2 > 1e-300:
        return low, high
    pad = max(abs(low) * 1e-6, 1e-290)
    return max(low - pad, -LARGEST), min(high + pad, LARGEST)
