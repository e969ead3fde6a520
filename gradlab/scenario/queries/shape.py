"""The shape of a node or of what leaves a layer, before anything runs: `shape(conv1)`, `shape(W)[0]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import Problem
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.queries._named import OF_LAYER, named
from gradlab.scenario.query import Asking, Operand, query

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    found = [*OF_LAYER(asking, known)]
    yield from found
    if not found and named(asking).key is not None:
        yield asking.wrong("`shape` takes a whole node", None, "an index stands behind: `shape(W)[0]`")


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the sizes of the axes."""
    return np.array(environment.shape(named(asking).name), np.int64)


def nothing(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return that nothing has to be known."""
    yield from ()


QUERY = query(answer, {"name": REQUIRED}, check=check, operands=nothing)
