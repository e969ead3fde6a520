"""Texts without the number that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from math import isfinite

from gradlab.lab.hidden import HIDDEN

_NUMBER = re.compile(r"(?<![\w.\[])([-+]?)(\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?![\w.])")
BEHIND = ("= ", "set to ")
"""What stands before a number that a line tells."""
PRECISE = 4
"""Digits from which on a number in a text is taken as rounded; one with fewer is taken as it stands."""


def masked(text: str, secrets: Sequence[float]) -> str:
    """Return a text with `?` in the place of every number that reads as one of the secrets.

    A whole number without a sign counts only behind `=`: it may be a place, a count or an update.
    """
    return _NUMBER.sub(lambda found: _told(found, text, secrets), text) if secrets else text


def _told(found: re.Match[str], text: str, secrets: Sequence[float]) -> str:
    whole = not found[1] and found[2].isdecimal()
    if whole and not text[: found.start()].endswith(BEHIND):
        return found[0]
    return HIDDEN if any(_reads_as(found[0], secret) for secret in secrets if isfinite(secret)) else found[0]


def _reads_as(text: str, secret: float) -> bool:
    """Whether a text could stand for a number, as far as its digits go."""
    shown = Decimal(text)
    digits, exponent = shown.as_tuple().digits, shown.as_tuple().exponent
    gap = abs(float(shown) - secret)
    if len(digits) < PRECISE or not isinstance(exponent, int):
        return gap <= 5e-6 * abs(secret)
    return gap <= 0.501 * 10.0**exponent
