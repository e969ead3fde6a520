"""What leaves a layer: `out(h3)`."""

from __future__ import annotations

from functools import partial

from gradlab.arguments import REQUIRED
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.queries._named import OF_LAYER, answered, needs
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the value."""
    return answered(asking, environment, "out", environment.value)


QUERY = query(answer, {"name": REQUIRED}, check=OF_LAYER, operands=partial(needs, "value", "out"), part="out")
