"""What losses over classes share: targets as class numbers or as rows of probabilities, and a wrong number, which is NaN."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, exp, helper
from gradlab.op import Array, Attrs, Shape
from gradlab.ops._along import exponentials, shifted
from gradlab.ops._arguments import choice, is_whole, number
from gradlab.ops._loss import ATTRS, REDUCTIONS, divisor, reduced, shared_by_rows
from gradlab.ops._row_number import no_number
from gradlab.terms import Maker, Term

LARGEST = 2**24
"""Of whole numbers, the last up to which float32 has all."""
CLASS_ATTRS: dict[str, Any] = {**ATTRS, "ignore_index": None}
SOFT_ATTRS: dict[str, Any] = {**ATTRS, "label_smoothing": 0.0, "temperature": 1.0, "ignore_index": None}


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
    shifted(x[i].reshape(x.shape[1]), p)
    for c in range(p.shape[0] if cool != 1 else 0):
        p[c] *= cool
    return float(exponentials(p))


@helper
def kept_of(t: Array, ignored: float) -> int:
    """Return how many class numbers (samples, 1) are not ignored."""
    kept = 0
    for i in range(t.shape[0]):
        kept += 0 if t[i, 0] == ignored else 1
    return kept


@helper
def heads_of(t: Array, mean: int, n: float, ignored: float) -> float:
    """Return what a sum is divided by: of a mean the samples that are not ignored, else n. It is 1 where all are ignored."""
    if mean == 0 or np.isnan(ignored):
        return n
    return float(max(kept_of(t, ignored), min(1, t.shape[0])))


@helper
def mass_of(t: Array, w: Array, numbers: int, mean: int, n: float, ignored: float) -> float:
    """Return what a weighted sum is divided by: for a mean over class numbers the weights of all samples, else n.

    Those of ignored samples do not count; where all are ignored it is 1.
    """
    if numbers == 0 or mean == 0:
        return n
    if t.shape[0] > 0 and kept_of(t, ignored) == 0:
        return 1.0
    s = ZERO
    for i in range(t.shape[0]):
        c = class_of(t[i, 0], w.shape[0])
        if t[i, 0] != ignored:
            s += w[c] if c >= 0 else np.nan
    return float(s)


def class_shapes(name: str, shapes: tuple[Shape, ...], attrs: dict[str, Any], rows: bool = True) -> Shape:
    """Return the shape of a loss of logits (…, classes) and a target: class numbers (…), or with `rows` also (…, classes).

    Raises ShapeError.
    """
    choice(attrs, "reduction", REDUCTIONS)
    x, t = shapes[:2]
    if not x:
        raise ShapeError(f"`{name}` takes rows of shape (…, classes), got one number")
    if x[-1] == 0:
        raise ShapeError(f"`{name}` needs at least one class, got shape {x}")
    if t != x[:-1] and not (rows and t == x):
        either = f" or {x} (one-hot)" if rows else ""
        raise ShapeError(f"the target of logits {x} has shape {x[:-1]} (class numbers){either}, got {t}")
    _check_ignored(attrs.get("ignore_index"), t == x)
    return reduced(x[:-1], attrs)


def _check_ignored(number: Any, rows: bool) -> None:
    """Refuse an ignored class number that is none, and one beside rows of probabilities. Raises ShapeError."""
    if number is not None and (not is_whole(number) or abs(number) > LARGEST):
        raise ShapeError(f"`ignore_index` is a class number that does not count, or None, got {number!r}")
    if number is not None and rows:
        raise ShapeError("`ignore_index` is for class numbers, the target has rows of probabilities")


def ignored_number(attrs: Attrs) -> float:
    """Return the class number that is ignored; NaN, which no number equals, where there is none."""
    return np.nan if attrs["ignore_index"] is None else float(attrs["ignore_index"])


def no_class(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which class number of a target is none; "" where all are classes, or the target is no class numbers."""
    x, t = inputs[:2]
    if t.shape == x.shape:
        return ""
    ignored = attrs.get("ignore_index")
    return no_number(t if ignored is None else np.where(t == ignored, 0, t), x.shape[-1], "class")


def all_ignored(inputs: tuple[Array | None, ...], attrs: Attrs) -> str:
    """Say that no target counts; "" where one does, or none is known."""
    target, ignored = inputs[1], attrs["ignore_index"]
    if target is None or ignored is None or not target.size or (target != ignored).any():
        return ""
    return f"all {target.size:,} targets are ignored (`ignore_index={ignored}`): the loss is 0 and sends no gradient"


def soft_attrs(attrs: dict[str, Any]) -> None:
    """Check label smoothing and temperature. Raises ShapeError."""
    if not 0 <= number(attrs, "label_smoothing") <= 1:
        raise ShapeError(f"`label_smoothing` is from 0 to 1, got {attrs['label_smoothing']:g}")
    if number(attrs, "temperature") <= 0:
        raise ShapeError(f"`temperature` is above 0, got {attrs['temperature']:g}")


def soft_floats(x: Shape, attrs: Attrs) -> tuple[float, float, float, float, float]:
    """Return n, the share that a target keeps, what every class gets instead, the factor of logits, and what is ignored."""
    smoothing, n = attrs["label_smoothing"], divisor(attrs, prod(x[:-1]))
    return n, 1.0 - smoothing, smoothing / x[-1], 1.0 / attrs["temperature"], ignored_number(attrs)


def soft_row(e: int, x: Array, t: Array, attrs: Attrs) -> tuple[int, int, Array, Array]:
    """Return sample and class of element e of the logits, the probabilities of its row, and the target's."""
    i, c = divmod(e, x.shape[-1])
    _, keep, spread, cool, ignored = soft_floats(x.shape, attrs)
    row, numbers = x.reshape(-1, x.shape[-1])[i], int(t.shape != x.shape)
    target = t.reshape(-1, 1 if numbers else x.shape[-1])[i]
    shares = np.array([share(target, j, row.size, numbers, keep, spread) for j in range(row.size)])
    shares = np.zeros(row.size) if target[0] == ignored else shares
    odds = exp((row - np.max(row)) * cool)
    return i, c, odds / np.sum(odds), shares


def ignored_samples(m: Maker, t: Term, ignore_index: int | None) -> Term | None:
    """Return which class numbers do not count, in the shape of t; None where all do."""
    return None if ignore_index is None else m.equal(t, float(ignore_index))


def counted(m: Maker, term: Term, ignored: Term | None) -> Term:
    """Return numbers of samples (…), or rows of them (…, classes), with 0 for those that do not count."""
    if ignored is None:
        return term
    rows = ignored if term.rank == ignored.rank else m.reshape(ignored, shape=(*ignored.shape, 1))
    return m.where(rows, 0.0, term)  # type: ignore[no-any-return]


def shared_by_samples(m: Maker, g: Term, reduction: str, terms: Shape, ignored: Term | None) -> Term:
    """Return the gradient of a loss as each row gets it; a mean is that of the samples that count."""
    if ignored is None or reduction != "mean":
        return shared_by_rows(m, g, reduction, terms)
    return g / m.maximum(float(prod(terms)) - m.sum(ignored), 1.0)  # type: ignore[no-any-return]


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
