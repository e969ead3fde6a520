"""How much of what a measure varies an axis of a sweep explains by itself.

The settings are put into groups by their value on the axis, or, where values were drawn from a range, into groups of the same
size from the least value to the largest. With n settings in k groups, all other axes left aside,

    eta² = (squares between the groups) / (squares in all) = Σ_g n_g (mean_g - mean)² / Σ_i (y_i - mean)²
    share = 1 - (1 - eta²) (n - 1) / (n - k),   0 where that is below

y is the mean of the seeds as it is drawn: its logarithm where the axis is logarithmic, the upper end for what lies above it.
Settings without a number are left out. The second line takes away what groups of that size explain by chance. On a whole grid
this is the first-order index of Sobol.

Source: Kelley, *An unbiased correlation ratio measure*, PNAS 21, 1935; Bergstra & Bengio, *Random search for hyper-parameter
optimization*, JMLR 13, 2012 (why few axes that matter make random search better than a grid).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, nan

import numpy as np
import numpy.typing as npt

from gradlab.draw.number import PENDING, whole_percent
from gradlab.sweeps.pictures._numbers import AxisPlaces, Floats

MOST = 8
"""Groups of values that were drawn from a range."""


def share_of(axis: AxisPlaces, values: Floats) -> float:
    """Return the share of the variance of numbers, one for each setting, that an axis explains; NaN where there are too few."""
    there = np.isfinite(values)
    y = values[there]
    groups = _groups(axis.at[there], drawn=axis.drawn)
    sizes = np.bincount(groups)
    count = int((sizes > 0).sum())
    if y.size <= count or count < 2:
        return nan
    whole = float(((y - y.mean()) ** 2).sum())
    if not whole > 0:
        return nan
    means = np.bincount(groups, y) / np.maximum(sizes, 1)
    between = float((sizes * (means - y.mean()) ** 2).sum())
    return max(0.0, 1 - (1 - between / whole) * (y.size - 1) / (y.size - count))


def _groups(at: Floats, *, drawn: bool) -> npt.NDArray[np.int64]:
    """Return the number of the group of each setting."""
    if not drawn:
        return np.unique(at, return_inverse=True)[1].astype(np.int64)
    ranks = np.empty(at.size, np.int64)
    ranks[np.argsort(at, kind="stable")] = np.arange(at.size)
    return ranks * min(MOST, isqrt(at.size)) // max(1, at.size)


def share_text(share: float) -> str:
    """Return a share in whole per cent."""
    return PENDING if np.isnan(share) else whole_percent(share)


def shares_told(axes: Sequence[AxisPlaces], shares: Sequence[float]) -> str:
    """Return what each axis explains, in a sentence; "" where nothing is known."""
    if not any(np.isfinite(shares)):
        return ""
    each = ", ".join(f"{axis.name} {share_text(share)}" for axis, share in zip(axes, shares, strict=True))
    left = 1 - sum(shares)
    rest = f"; the rest, {whole_percent(left)}, is the axes together, and luck" if left > 0 else ""
    return f"of the variance each axis explains by itself: {each}{rest}"
