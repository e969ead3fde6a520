"""A layer's last affine or normalised value before its nonlinearity: `z(h3)`, and its gradient `grad(z(h3))`."""

from __future__ import annotations

from functools import partial

from gradlab.arguments import REQUIRED
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.queries._named import OF_LAYER, answered, needs
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the value."""
    return answered(asking, environment, "z", environment.value)


QUERY = query(answer, {"name": REQUIRED}, check=OF_LAYER, operands=partial(needs, "value", "z"), part="z")
