"""Numbers that read alike: what would tell a hidden number to whoever sees three digits of it."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10
from typing import Any

import numpy as np

CLOSE = 5e-6
"""Relative distance up to which a number is taken for a hidden one."""
DIGITS = 3
EDGE = 0.01
"""Room at the ends of a band, in units of the last digit: a number that is shown with five digits has been rounded."""


def band(secret: float) -> tuple[float, float]:
    """Return the least and the largest number that tells a hidden one: has its three digits; of a whole one that is equal."""
    if secret.is_integer():
        room = CLOSE * abs(secret)
        return secret - room, secret + room
    unit = 10.0 ** (floor(log10(abs(secret))) - DIGITS + 1)
    middle, room = round(abs(secret) / unit), 0.5 + EDGE
    begins = middle in (10 ** (DIGITS - 1), 10**DIGITS)  # 0.9998 and 1.003 both read 1.00
    unit *= 10 if middle == 10**DIGITS else 1
    middle = min(middle, 10 ** (DIGITS - 1)) if begins else middle
    low, high = (middle - room / (10 if begins else 1)) * unit, (middle + room) * unit
    return (low, high) if secret > 0 else (-high, -low)


def reads_alike(number: float, secret: float) -> bool:
    """Whether a number tells a hidden one."""
    low, high = band(secret)
    return low <= number <= high


def equal(array: Any, numbers: Iterable[float]) -> Any:
    """Return where an array has one of some numbers, as near as it makes no difference."""
    hit = np.zeros(array.shape, np.bool_)
    with np.errstate(all="ignore"):
        for number in numbers:
            hit |= np.abs(array - number) <= CLOSE * abs(number)
    return hit


def alike(array: Any, secrets: Iterable[float]) -> Any:
    """Return where an array has numbers that tell one of some hidden ones."""
    hit = np.zeros(array.shape, np.bool_)
    with np.errstate(all="ignore"):
        for secret in secrets:
            low, high = band(secret)
            hit |= (array >= low) & (array <= high)
    return hit
