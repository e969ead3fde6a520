"""Which numbers of two arrays can be compared, where some are not finite."""

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
