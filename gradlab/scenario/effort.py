"""How much one expression computes, all its calls together: counted before each of them, so that no text can stop a program.

The unit is a number that NumPy computes, some nanoseconds. The formula of an op takes several steps of NumPy, and an op whose
function is a loop takes as long as many of them for each of its numbers, since without kernels that loop is Python's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from gradlab.errors import BoundError

MOST = 400_000_000
"""Numbers of one expression: some seconds, and, if all of them are kept until its end, 3 GB."""
REHEARSED = 5_000_000
"""Numbers of an expression that is worked out on zeros when it is read: milliseconds."""
FORMULA, LOOP = 4, 100
"""Numbers of NumPy that take as long as one number of a formula, and as one of a loop of Python."""


@dataclass(slots=True)
class Effort:
    """What an expression may still compute. refusal: what is raised where that is not enough."""

    left: int
    refusal: Exception


_effort: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def counted(most: int = MOST, refusal: Exception | None = None) -> Iterator[None]:
    """Count what is computed within, together with what an expression around it has computed, if there is one.

    refusal: what is raised in place of BoundError.
    """
    if _effort.get() is not None:
        yield
        return
    said = f"the expression computes more than {most:,} numbers; make parts of it nodes of the model"
    token = _effort.set(Effort(most, refusal or BoundError(said)))
    try:
        yield
    finally:
        _effort.reset(token)


def spend(numbers: int) -> None:
    """Count numbers that are about to be computed. Raises BoundError, or what stands for it, where they are too many."""
    effort = _effort.get()
    if effort is not None:
        effort.left -= numbers
        if effort.left < 0:
            raise effort.refusal
