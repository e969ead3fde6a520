"""Texts without the number that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from math import isfinite

from gradlab.lab.hidden import HIDDEN
from gradlab.lab.teach.alike import CLOSE, DIGITS, reads_alike

_NUMBER = re.compile(r"(?<![\w.])([-+]?)(\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?!\w|\.\w)")
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
    before = text[: found.start()]
    if found[2].isdecimal() and (before.endswith("[") or not (found[1] or before.endswith(BEHIND))):
        return found[0]
    return HIDDEN if any(_reads_as(found[0], secret) for secret in secrets if isfinite(secret)) else found[0]


def _reads_as(text: str, secret: float) -> bool:
    """Whether a text could stand for a number, as far as its digits go; three digits tell one that is not whole."""
    shown = Decimal(text)
    digits, exponent = shown.as_tuple().digits, shown.as_tuple().exponent
    if len(digits) >= DIGITS and not secret.is_integer():
        return reads_alike(float(shown), secret)
    gap = abs(float(shown) - secret)
    if len(digits) < PRECISE or not isinstance(exponent, int):
        return gap <= CLOSE * abs(secret)
    return gap <= 0.501 * 10.0**exponent
