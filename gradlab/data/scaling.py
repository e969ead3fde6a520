"""How inputs are prepared: scaled, centred, turned to their principal axes, whitened; only the training rows decide how.

    None         x as it is
    a number     x divided by it
    "center"     each feature has mean 0
    "standard"   each feature has mean 0 and variance 1
    "unit"       each feature lies between 0 and 1
    "pca"        x along the principal axes, that of the greatest variance first
    "whiten"     the same, each with variance 1: the covariance is the identity
    "zca"        whitened and turned back, so that an image still looks like one

All of this holds for the training rows; variances divide by their number. `components` keeps the first so many axes; an axis
along which nothing varies is 0 after whitening. The sign of an axis is such that its greatest element is above 0.

Source: Pearson, *On Lines and Planes of Closest Fit*, 1901; Bell & Sejnowski, *Edges are the "independent components" of
natural scenes*, 1997.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import choice, number, whole
from gradlab.data.dataset import Floats, Scale
from gradlab.errors import ArgumentError

TURNED = ("pca", "whiten", "zca")
NAMES = ("center", "standard", "unit", *TURNED)


@dataclass(frozen=True, slots=True, eq=False)
class Transform:
    """x → (x - middle) / width; where there is a turn (features, components), flat rows → (x - middle) @ turn.

    back: whether turned rows get the shape of x again.
    """

    middle: Floats | float = 0.0
    width: Floats | float = 1.0
    turn: Floats | None = None
    back: bool = False

    def apply(self, x: Floats) -> Floats:
        """Return rows prepared; a new array."""
        with np.errstate(all="ignore"):
            if self.turn is None:
                return np.array((x - self.middle) / self.width, np.float64)
            turned = np.asarray((_flat(x) - self.middle) @ self.turn, np.float64)
        return turned.reshape(x.shape) if self.back else turned


def fitted(word: str, train: Floats, scale: Scale, components: int | None = None) -> Transform:
    """Return what prepares rows as the training rows say.

    Raises ArgumentError for rows that say nothing, and for more components than there are axes.
    """
    if scale is None:
        return Transform()
    if not isinstance(scale, str):
        return Transform(width=float(scale))
    if not len(train):
        raise ArgumentError(f'`scale="{scale}"` of `{word}` asks the training rows, and there are none')
    with np.errstate(all="ignore"):
        if not np.isfinite(train - train.mean(axis=0)).all():
            raise ArgumentError(f'`scale="{scale}"` of `{word}` asks for finite numbers, not too large for a mean')
        return _turned(word, _flat(train), scale, components) if scale in TURNED else _moved(train, scale)


def _moved(train: Floats, scale: str) -> Transform:
    middle = train.min(axis=0) if scale == "unit" else train.mean(axis=0)
    width = {"center": np.ones_like(middle), "standard": train.std(axis=0), "unit": train.max(axis=0) - middle}[scale]
    return Transform(middle, np.where(width > 0, width, 1.0))


def filled(x: Floats, train: Floats) -> Floats:
    """Return x, a new array, with the mean of a feature over the training rows where it is NaN. All NaN stays so."""
    known = ~np.isnan(train)
    with np.errstate(all="ignore"):
        means = np.where(known, train, 0.0).sum(axis=0) / known.sum(axis=0)
    return np.where(np.isnan(x), means, x)


def scaled(x: Floats, train: Floats, scale: Scale) -> Floats:
    """Return x prepared by the statistics of the training rows. A new array."""
    return fitted("x", train, scale).apply(x)


def _turned(word: str, train: Floats, scale: str, components: int | None) -> Transform:
    middle = train.mean(axis=0)
    axes, deviations = principal_axes(train - middle)
    if components is not None and components > len(axes):
        n, features = train.shape
        raise ArgumentError(
            f"`components` of `{word}` is at most {len(axes)}: there are {features} features in {n} rows, got {components}"
        )
    axes, deviations = axes[:components], deviations[:components]
    if scale == "pca":
        return Transform(middle, turn=axes.T)
    noise = max(train.shape) * np.finfo(np.float64).eps * deviations.max(initial=0.0)
    over = np.where(deviations > noise, 1.0 / np.where(deviations > noise, deviations, 1.0), 0.0)
    whitening = axes.T * over
    return Transform(middle, turn=whitening) if scale == "whiten" else Transform(middle, turn=whitening @ axes, back=True)


def principal_axes(centred: Floats) -> tuple[Floats, Floats]:
    """Return the axes (components, features) of centred rows, and the standard deviation along each."""
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    greatest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1, keepdims=True), axis=1) if axes.size else axes[:, :1]
    return axes * np.where(greatest < 0, -1.0, 1.0), sizes / np.sqrt(len(centred))


def checked_scale(word: str, scale: Any) -> Scale:
    """Return the option `scale`. Raises ArgumentError."""
    if scale is None or isinstance(scale, str):
        allowed: Scale = choice(word, "scale", scale, (None, *NAMES))
        return allowed
    if number(word, "scale", scale) == 0:
        raise ArgumentError(f"`scale` of `{word}` divides: it cannot be 0")
    return float(scale)


def checked_components(word: str, components: Any, scale: Scale) -> int | None:
    """Return the option `components`. Raises ArgumentError."""
    if components is None:
        return None
    if scale not in TURNED:
        listed = ", ".join(f'"{name}"' for name in TURNED)
        raise ArgumentError(f"`components` of `{word}` goes with `scale` {listed}")
    return whole(word, "components", components)


def _flat(x: Floats) -> Floats:
    return x.reshape(len(x), prod(x.shape[1:]))
