"""Which numbers of two arrays can be compared, where some are not finite, and whether one factor stands between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradlab.op import Array


def comparable(here: Array, there: Array, *, grad: bool) -> npt.NDArray[np.bool_] | None:
    """Return where both arrays hold numbers that are finite; None where they differ in that.

    NaN or infinite are the same: what comes of an infinity depends on the order in which an op computes. What a backward pass
    makes of the first of them does, too: of two gradients that both hold some, only what is finite in both is compared.
    """
    ours, theirs = np.isfinite(here), np.isfinite(there)
    if grad and not ours.all() and not theirs.all():
        return np.asarray(ours & theirs)
    return np.asarray(ours) if np.array_equal(ours, theirs) else None


@np.errstate(all="ignore")
def factor(here: Array, there: Array) -> float | None:
    """Return the number that the array here is to be multiplied with to give the one there; None where not one does.

    It has to explain all but a hundredth of the difference: rounding is no factor.
    """
    a, b = np.asarray(here, np.float64).reshape(-1), np.asarray(there, np.float64).reshape(-1)
    norm = float(a @ a)
    if not np.isfinite(norm) or norm == 0 or not np.isfinite(b).all():
        return None
    found = float(a @ b) / norm
    left, apart, most = (float(np.abs(one).max()) for one in (b - found * a, b - a, b))
    return found if left <= min(1e-4 * most, 1e-2 * apart) else None
