"""What the functions of the past share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.errors import ActionError, Problem
from gradlab.lab.twins import CoreEnvironment
from gradlab.scenario.environment import Environment, Unknown
from gradlab.scenario.query import Asking

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def check_expression(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call of a function of one expression."""
    if len(asking.node.args) != 1 or asking.node.keywords:
        yield asking.wrong(f"`{asking.word}` takes an expression", None, f"`{asking.word}(EXPR)`")
        return
    yield from asking.refuse(0, "history", "best", "at", "seeds")
    yield from asking.check(0, known)


def no_brackets(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a word that takes nothing: that brackets stand behind it."""
    if asking.node.end_col_offset != asking.node.func.end_col_offset:
        yield asking.wrong(f"`{asking.word}` takes nothing", None, f"write `{asking.word}`")


def one_whole(asking: Asking, environment: Environment) -> Any:
    """Return one number."""
    return np.zeros((), np.int64)


def core_of(asking: Asking, environment: Environment) -> CoreEnvironment:
    """Return the environment of a laboratory. Raises ActionError for one that has no past, as a run on other data."""
    if not isinstance(environment, CoreEnvironment):
        raise ActionError(f"`{asking.word}` cannot stand inside `on`: a run on other data has no updates")
    return environment


def unknown(asking: Asking, environment: Environment) -> Any:
    """Give up: how many numbers there are is known at run time only."""
    raise Unknown
