"""Measures that ask for the op of a node, as queries: `dead(h3)`, `saturated(h3)`."""

from __future__ import annotations

from functools import partial

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.scenario.environment import Environment
from gradlab.scenario.functions import ArrayFunction
from gradlab.scenario.queries._named import OF_LAYER, answered, named, needs
from gradlab.scenario.query import Asking, Query


def measured(function: ArrayFunction) -> Query:
    """Return a measure as a query."""

    def answer(asking: Asking, environment: Environment) -> float:
        value, name = answered(asking, environment, "out", environment.value), named(asking).name
        found = function.run(np.asarray(value, np.float64), environment.curve(name))
        if found is None:
            raise ArgumentError(f"`{function.name}` means nothing of `{name}`: the op that makes it has no such part")
        return float(found)

    return Query(function.name, function.parameters, function.doc, OF_LAYER, answer, operands=partial(needs, "value", "out"))
