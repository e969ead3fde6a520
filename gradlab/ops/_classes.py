"""What losses over classes share: targets as class numbers or as rows of probabilities, and a wrong number, which is NaN."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, exp, helper
from gradlab.op import Array, Attrs, Shape
from gradlab.ops._along import exponentials, shifted
from gradlab.ops._arguments import choice, number
from gradlab.ops._loss import ATTRS, divisor
from gradlab.ops._row_number import no_number
from gradlab.terms import Maker, Term

SOFT_ATTRS: dict[str, Any] = {**ATTRS, "label_smoothing": 0.0, "temperature": 1.0}


@helper
def class_of(t: float, classes: int) -> int:
    """Return a class number as an index, or -1 where it is no class: not whole, below 0, too large, NaN."""
    if not (t >= 0 and t < classes and t == np.floor(t)):
        return -1
    return int(t)


@helper
def share(t: Array, c: int, classes: int, numbers: int, keep: float, spread: float) -> float:
    """Return the target probability of class c from a row of the target; NaN where its class number is no class."""
    if numbers == 0:
        return float(keep * t[c] + spread)
    if not (t[0] >= 0 and t[0] < classes and t[0] == np.floor(t[0])):
        return np.nan
    return keep + spread if t[0] == c else spread


@helper
def softened(x: Array, i: int, cool: float, p: Array) -> float:
    """Write the softmax of row i, before it is normalised, to p; return its sum. cool: what x is multiplied by."""
    shifted(x, i, 0, p)
    for c in range(p.shape[0]):
        p[c] *= cool
    return float(exponentials(p))


@helper
def mass_of(t: Array, w: Array, numbers: int, mean: int, n: float) -> float:
    """Return what a weighted sum is divided by: for a mean over class numbers the weights of all samples, else n."""
    if numbers == 0 or mean == 0:
        return n
    s = ZERO
    for i in range(t.shape[0]):
        c = class_of(t[i, 0], w.shape[0])
        s += w[c] if c >= 0 else np.nan
    return float(s)


def class_shapes(name: str, shapes: tuple[Shape, ...], attrs: dict[str, Any], rows: bool = True) -> None:
    """Check logits (…, classes) and their target: class numbers (…), or with `rows` also (…, classes). Raises ShapeError."""
    choice(attrs, "reduction", ("mean", "sum"))
    x, t = shapes[:2]
    if not x:
        raise ShapeError(f"`{name}` takes rows of shape (…, classes), got one number")
    if x[-1] == 0:
        raise ShapeError(f"`{name}` needs at least one class, got shape {x}")
    if t != x[:-1] and not (rows and t == x):
        either = f" or {x} (one-hot)" if rows else ""
        raise ShapeError(f"the target of logits {x} has shape {x[:-1]} (class numbers){either}, got {t}")


def no_class(inputs: tuple[Array, ...], out: Shape) -> str:
    """Say which class number of a target is none; "" where all are classes, or the target is no class numbers."""
    x, t = inputs[:2]
    return no_number(t, x.shape[-1], "class") if t.shape != x.shape else ""


def soft_attrs(attrs: dict[str, Any]) -> None:
    """Check label smoothing and temperature. Raises ShapeError."""
    if not 0 <= number(attrs, "label_smoothing") <= 1:
        raise ShapeError(f"`label_smoothing` is from 0 to 1, got {attrs['label_smoothing']:g}")
    if number(attrs, "temperature") <= 0:
        raise ShapeError(f"`temperature` is above 0, got {attrs['temperature']:g}")


def soft_floats(x: Shape, attrs: Attrs) -> tuple[float, float, float, float]:
    """Return n, the share that a target keeps, what every class gets instead, and what logits are multiplied by."""
    smoothing = attrs["label_smoothing"]
    return divisor(attrs, prod(x[:-1])), 1.0 - smoothing, smoothing / x[-1], 1.0 / attrs["temperature"]


def soft_row(e: int, x: Array, t: Array, attrs: Attrs) -> tuple[int, int, Array, Array]:
    """Return sample and class of element e of the logits, the probabilities of its row, and the target's."""
    i, c = divmod(e, x.shape[-1])
    _, keep, spread, cool = soft_floats(x.shape, attrs)
    row, numbers = x.reshape(-1, x.shape[-1])[i], int(t.shape != x.shape)
    target = t.reshape(-1, 1 if numbers else x.shape[-1])[i]
    shares = np.array([share(target, j, row.size, numbers, keep, spread) for j in range(row.size)])
    odds = exp((row - np.max(row)) * cool)
    return i, c, odds / np.sum(odds), shares


def targets(m: Maker, x: Term, t: Term, label_smoothing: float) -> Term:
    """Return the target probabilities (…, classes), smoothed."""
    classes = x.shape[-1]
    rows = t if t.shape == x.shape else m.one_hot(t, classes=classes)
    if label_smoothing == 0:
        return rows
    return (1.0 - label_smoothing) * rows + label_smoothing / classes


def cooled(term: Term, temperature: float) -> Term:
    """Return a term divided by the temperature."""
    return term if temperature == 1 else term / temperature
