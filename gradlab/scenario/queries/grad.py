"""∂root/∂node, as the loss reduces it.

`grad(W)`, `grad(W[0, 1])`, `grad(z(h3))`: of a node, of an element, of the value before the nonlinearity of a layer.
"""

from __future__ import annotations

from functools import partial

from gradlab.arguments import REQUIRED
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.queries._named import OF_NODE_OR_PART, answered, needs
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the gradient."""
    return answered(asking, environment, "", environment.grad)


QUERY = query(answer, {"name": REQUIRED}, check=OF_NODE_OR_PART, operands=partial(needs, "grad", ""))
