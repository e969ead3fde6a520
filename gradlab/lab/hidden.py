"""Numbers that are there and are not shown: what an open question asks for."""

from __future__ import annotations

from gradlab.errors import ActionError

HIDDEN = "?"
"""What stands where a number is hidden."""


class HiddenError(ActionError):
    """A number was asked for that the open question asks for."""


class Unseen(float):
    """A number that is not to be seen. It is NaN to whoever computes with it, and reads `?` wherever it is written."""

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        width = spec.lstrip("<>^=+- #,").partition(".")[0]
        digits = "".join(ch for ch in width if ch.isdigit())
        return HIDDEN.rjust(int(digits)) if digits else HIDDEN


UNSEEN = Unseen("nan")


def is_unseen(value: float | None) -> bool:
    """Return whether a number is hidden."""
    return isinstance(value, Unseen)
