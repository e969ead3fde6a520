"""The loss through a run, in windows: an epoch each, or some updates where there are fewer epochs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination

EPOCHS, UPDATES = 12, 10
"""Epochs from which on windows are epochs, and how many updates a window has otherwise."""


class Windows(NamedTuple):
    """Means of the loss, window by window. each: updates in one.   word: what a window is called."""

    losses: npt.NDArray[np.float64]
    each: int
    word: str


def course(examination: Examination, least: int = EPOCHS) -> Windows:
    """Return the windows of a run; of one in which they are fewer than the least, none."""
    losses = np.array([loss for _, loss in examination.losses], np.float64)
    epochs = examination.epochs
    if len(epochs) >= least and examination.per_epoch > 1:
        return Windows(epochs, examination.per_epoch, "epochs")
    count = len(losses) // UPDATES
    if count < least:
        return Windows(np.zeros(0), UPDATES, f"{UPDATES} updates")
    return Windows(losses[: count * UPDATES].reshape(count, UPDATES).mean(axis=1), UPDATES, f"windows of {UPDATES} updates")


def flat(found: Windows, windows: int = 10, bound: float = 0.03) -> bool:
    """Return whether the loss neither fell nor rose by more than a bound over the last windows, as a share of itself."""
    last = found.losses[-windows:]
    if len(last) < min(windows, 4) or not np.isfinite(last).all():
        return False
    half = max(1, len(last) // 2)
    before, after = float(last[:half].mean()), float(last[-half:].mean())
    return abs(before - after) < bound * max(abs(before), 1e-300)
