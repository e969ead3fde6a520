"""Numbers in the lines that the laboratory says."""

from __future__ import annotations

from math import isfinite, isnan, prod

from gradlab.lab.hidden import HIDDEN, is_unseen
from gradlab.op import Array, Shape

ALL_DIGITS = 12
"""Digits that a comparison needs: two float64 that differ by a relative 1e-12 are different."""


def _not_finite(value: float) -> str:
    if is_unseen(value):
        return HIDDEN
    return "NaN" if isnan(value) else f"{value:+}"


def signed(value: float) -> str:
    """Return a number with its sign and six digits behind the point, or with an exponent where these would say little."""
    if not isfinite(value):
        return _not_finite(value)
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:+.5e}"
    return f"{value + 0.0:+.6f}"


def bare(value: float) -> str:
    """Return a number as short as six digits allow, within a formula."""
    if not isfinite(value):
        return _not_finite(value).removeprefix("+")
    return f"{value + 0.0:.6g}"


def long(value: float, digits: int = ALL_DIGITS) -> str:
    """Return a number with the digits that a comparison needs; a whole one with all that it has."""
    if not isfinite(value):
        return _not_finite(value).removeprefix("+")
    return f"{value + 0.0:.{ALL_DIGITS if value.is_integer() else digits}g}"


def shown(array: Array, most: int = 6, digits: int = ALL_DIGITS) -> str:
    """Return an array in one line: a number, some numbers, or its shape and its ends."""
    if array.shape == ():
        return long(float(array), digits)
    flat = [long(float(x), digits) for x in array.reshape(-1)[:most]]
    more = f", … {array.size - most:,} more" if array.size > most else ""
    return f"[{', '.join(flat)}{more}]"


def element_name(name: str, shape: Shape, flat: int) -> str:
    """Return the name of an element: `W[0, 3]`; of a scalar the node's own."""
    if not shape:
        return name
    index = []
    for size in reversed(shape):
        flat, place = divmod(flat, size)
        index.append(str(place))
    return f"{name}[{', '.join(reversed(index))}]"


def flat_index(shape: Shape, index: tuple[int, ...]) -> int | None:
    """Return the flat place of an element, negative numbers counted from the end; None when there is none."""
    if len(index) != len(shape):
        return None
    flat = 0
    for size, place in zip(shape, index, strict=True):
        if not -size <= place < size:
            return None
        flat = flat * size + place % size
    return flat


def size_of(shape: Shape) -> str:
    """Return the shape as a person says it."""
    return "scalar" if not shape else f"{' × '.join(map(str, shape))} ({prod(shape):,} number{'s' * (prod(shape) != 1)})"
