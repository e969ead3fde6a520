"""How good outputs are beside targets, in what a person counts: accuracy, R², recall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.roles import Roles
from gradlab.op import Array

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of some outputs; None where it means nothing.

    accuracy: the share of right classes, of right entries with several labels.   base: that of whoever always says the most
    frequent one.   r2: the share of the variance of the targets that is explained.
    counts: samples of each class, by its number.   recalls: the share of each class that is found.
    """

    accuracy: float | None = None
    base: float | None = None
    r2: float | None = None
    counts: npt.NDArray[np.int64] | None = None
    recalls: Floats | None = None

    @property
    def gained(self) -> float | None:
        """How much of what is possible beyond always saying the same is reached, 0 to 1: in accuracy, else R²."""
        if self.accuracy is not None and self.base is not None:
            return None if self.base >= 1 else (self.accuracy - self.base) / (1 - self.base)
        return self.r2

    @property
    def found(self) -> float | None:
        """How much of each class is found, on average, beyond guessing, 0 to 1; without classes what is gained.

        Of rare classes the accuracy says nothing: who never says them is nearly always right.
        """
        if self.recalls is None or len(self.recalls) < 2:
            return self.gained
        even = 1 / len(self.recalls)
        return float((np.mean(self.recalls) - even) / (1 - even))

    def beats_luck(self, share: float) -> bool:
        """Whether so much of what is possible in accuracy is gained, and more than two standard deviations of guesses.

        Of four samples, three are soon right by luck.
        """
        if self.accuracy is None or self.base is None or self.gained is None:
            return False
        samples = np.inf if self.counts is None else float(self.counts.sum())
        return bool(self.gained >= share and self.accuracy - self.base >= 2 * np.sqrt(self.base * (1 - self.base) / samples))


NOTHING = Scores()


def scores(roles: Roles, outputs: Array | None, targets: Array | None) -> Scores:
    """Return what outputs (n, …) are worth beside targets (n, …)."""
    if outputs is None or targets is None or not outputs.size or not np.isfinite(targets).all():
        return NOTHING
    out, t = np.asarray(outputs, np.float64), np.asarray(targets, np.float64)
    if not np.isfinite(out).all():
        return NOTHING
    if roles.task == "multi-label":
        return _labels(roles, out, t)
    if roles.task == "classes":
        return _classes(roles, out, t)
    if roles.task == "regression" and out.size == t.size:
        return _measured(out.reshape(t.shape), t)
    return NOTHING


def threshold(roles: Roles) -> float:
    """Return above what an output of one unit says 1: 0 for logits and scores, ½ for probabilities."""
    head = roles.output.head if roles.output else None
    low, high = head.curve.range if head is not None else (-np.inf, np.inf)
    return (low + high) / 2 if np.isfinite(low + high) else 0.0


def classes_of(roles: Roles, out: Floats, t: Floats) -> tuple[Floats, Floats] | None:
    """Return the classes that are said and those that are right, flat; None where that cannot be told."""
    if out.size == t.size and (out.ndim < 2 or out.shape[-1] == 1 or t.shape != out.shape):
        right = t.reshape(-1)
        return (out.reshape(-1) > threshold(roles)) * np.ptp(right) + right.min(), right
    if t.shape == out.shape:
        return np.argmax(out, axis=-1).reshape(-1).astype(float), np.argmax(t, axis=-1).reshape(-1).astype(float)
    if out.ndim > 1 and out.size // out.shape[-1] == t.size:
        return np.argmax(out, axis=-1).reshape(-1).astype(float), t.reshape(-1)
    return None


def _classes(roles: Roles, out: Floats, t: Floats) -> Scores:
    found = classes_of(roles, out, t)
    if found is None:
        return NOTHING
    said, right = found
    _, place = np.unique(right, return_inverse=True)
    counts = np.bincount(place)
    recalls = np.bincount(place, weights=(said == right).astype(float)) / counts
    return Scores(float(np.mean(said == right)), float(counts.max() / counts.sum()), None, counts, recalls)


def _labels(roles: Roles, out: Floats, t: Floats) -> Scores:
    said = out > threshold(roles)
    rate = t.mean(axis=0)
    return Scores(float(np.mean(said == (t > 0))), float(np.mean(np.maximum(rate, 1 - rate))))


def _measured(out: Floats, t: Floats) -> Scores:
    around = float(np.sum((t - t.mean(axis=0)) ** 2))
    return Scores(r2=None if around == 0 else 1 - float(np.sum((out - t) ** 2)) / around)
