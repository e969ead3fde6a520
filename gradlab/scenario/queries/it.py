"""The node at hand within `each(pattern, expression)`; a node that a model calls `it` goes before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradlab.errors import ArgumentError, Problem
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, Operand, query

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known

OUTSIDE = "`it` is a node within `each` alone"


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return that it stands by itself: `each` puts names of nodes in its place."""
    yield asking.wrong(OUTSIDE, None, '`each("*.W", rms(it))`')


def answer(asking: Asking, environment: Environment) -> Any:
    """Raise ArgumentError: see `check`."""
    raise ArgumentError(OUTSIDE)


def operands(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return nothing."""
    yield from ()


QUERY = query(answer, {}, check=check, operands=operands, bare=True)
