"""How many updates have been made: the number of the update in which the cursor stands. A node of that name goes before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.errors import Problem
from gradlab.lab.queries._past import core_of
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return that nothing can be wrong."""
    yield from ()


def answer(asking: Asking, environment: Environment) -> int:
    """Return the number."""
    return core_of(asking, environment).run.at.update


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Return one number."""
    return np.zeros((), np.int64)


QUERY = query(answer, {}, check=check, rehearse=rehearse, bare=True)
