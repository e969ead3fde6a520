"""What the last update added to a parameter: `update(W)`, `update(W[0, 1])`."""

from __future__ import annotations

from functools import partial

from gradlab.arguments import REQUIRED
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.queries._named import OF_NODE, answered, needs
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the change."""
    return answered(asking, environment, "", lambda name, part: environment.update(name))


QUERY = query(answer, {"name": REQUIRED}, check=OF_NODE, operands=partial(needs, "update", ""))
