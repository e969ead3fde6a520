"""What a measure is: one number that says something about an array, wherever such numbers are shown.

A file of `gradlab.train.measures` declares one. Its function gives the number; what else it says makes it a column of `stats`
and of the health panel, a word of the expression language, and a strip through time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf, nan
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gradlab.op import LINE, Curve

Floats = npt.NDArray[np.float64]
Axis = int | tuple[int, ...] | None
Form = Literal["number", "size", "share"]
"""How a number is written: with its sign, as a size that is never negative, or as a share of 0 to 1 in percent."""
View = Literal["stats", "health", "compare"]
Quantity = Literal["activations", "gradients", "weights", "updates"]
TINY, HUGE = 1e-280, 1e280
"""Sums of squares between these have lost nothing to underflow or overflow."""
ADDED = 100
"""Where a measure stands that does not say so: behind those of gradlab."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the training loop adds up over the elements of a group of arrays; an element for each measured update.

    count: how many elements.   total, squares: Σx and Σx².   zeros: how many are 0.   beyond: how many lie in the flat part.
    """

    count: int
    total: Floats
    squares: Floats
    zeros: Floats
    beyond: Floats


@dataclass(frozen=True, slots=True)
class StripKind:
    """What a strip through time shows: one number of one quantity of every layer.

    decades: drawn by its logarithm.   common: the layers share a scale.   measure, form: those of the measure that has it.
    """

    title: str
    quantity: Quantity
    decades: bool = False
    common: bool = False
    measure: str = ""
    form: Form = "number"
    order: int = ADDED


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of an array.

    name: the word of the expression language (`std`).   of(x, axis): the number; with `asks`, of(x, curve).
    asks: for which curves of the op that made the array it means something; without it, for any array.
    title, form, order: of its columns, which stand in `views`.   alarm: from this on it is marked there.
    several: its word also takes several values, `max(x, y)`.
    sums: how the number comes from running sums.   strips: what is drawn of it through time.
    Nothing raises: NaN and inf in the array are in the number, and an empty array has NaN.
    """

    name: str
    of: Callable[..., Any]
    doc: str = ""
    title: str = ""
    form: Form = "number"
    order: int = ADDED
    views: tuple[View, ...] = ("stats", "health")
    alarm: float = inf
    asks: Callable[[Curve], bool] | None = None
    several: bool = False
    sums: Callable[[Sums], Floats] | None = None
    strips: tuple[StripKind, ...] = ()

    def number(self, x: Floats, curve: Curve = LINE) -> float | None:
        """Return the number of an array that an op with this curve made; None where it means nothing for that."""
        if self.asks is not None and not self.asks(curve):
            return None
        if not x.size:
            return nan
        with np.errstate(all="ignore"):
            return float(self.of(x) if self.asks is None else self.of(x, curve))

    def word(self, x: Any, axis: Axis = None) -> Any:
        """Return what the word of an expression gives: the number of all elements, or one for each line of an axis."""
        array = np.asarray(x)
        return self.of(array, axis) if array.size or axis is not None else nan

    def series(self, sums: Sums) -> Floats:
        """Return the number at every measured update."""
        assert self.sums is not None, f"`{self.name}` does not come from sums"
        with np.errstate(all="ignore"):
            return self.sums(sums)


def measure(of: Callable[..., Any], **rest: Any) -> Measure:
    """Make a measure of the name and with the doc of its file; where it says no strips, one of the activations if it can."""
    name, doc = of.__module__.rpartition(".")[2], inspect.cleandoc(inspect.getmodule(of).__doc__ or "")
    made = Measure(name, of, doc, **{"title": name, **rest})
    strips = rest.get("strips", (StripKind(f"{made.title} of the activations", "activations"),) if made.sums else ())
    return replace(made, strips=tuple(replace(s, measure=name, form=made.form, order=made.order) for s in strips))


def blocks(x: Floats, size: int = 1 << 15) -> Iterator[Floats]:
    """Return the elements in pieces that stay in the cache: three times as fast on 500,000 elements as whole temporaries."""
    flat = x.reshape(-1)
    for start in range(0, flat.size, size):
        yield flat[start : start + size]


@np.errstate(all="ignore")
def root_mean_square(x: Floats, middle: float = 0.0) -> float:
    """Return √mean((x - middle)²), NaN for no elements.

    Where the squares leave the range of floats they are scaled by the largest, so that 1e-200 is not 0: gradients get there.
    """
    if x.size == 0:
        return float("nan")
    total = sum(_squares(block - middle if middle else block) for block in blocks(x))
    if TINY < total < HUGE or np.isnan(total):
        return float(np.sqrt(total / x.size))
    largest = float(np.max(np.abs(x - middle)))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(sum(_squares((block - middle) / largest) for block in blocks(x)) / x.size))


def spread(x: Any, axis: Axis = None, *, around_mean: bool = False) -> Any:
    """Return the root mean square of all elements or along axes, or that of their distances from the mean."""
    x = np.asarray(x, np.float64)
    if axis is None:
        return root_mean_square(x, float(np.mean(x)) if around_mean else 0.0)
    x = x - np.mean(x, axis=axis, keepdims=True) if around_mean else x
    largest = np.max(np.abs(x), axis=axis, keepdims=True)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    return np.sqrt(np.mean(np.square(x / scale), axis=axis)) * np.squeeze(scale, axis)


def _squares(flat: Floats) -> float:
    # Not `flat @ flat`: BLAS starts threads for it, up to 100 ms when the cores are busy.
    return float(np.sum(flat * flat))


def per_unit(x: Floats) -> Floats:
    """Return the array as (samples, units): units are the last axis, of images (n, channels, height, width) the channels."""
    if x.ndim == 4:
        return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    return x.reshape(-1, x.shape[-1]) if x.ndim else x.reshape(1, 1)
