"""The update in which an expression was least, of those that `curve` recorded; `best(-acc)` that in which `acc` was largest.

`restore best held` brings the parameters of that update here.
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.lab import recorded
from gradlab.lab.queries._past import check_expression, core_of, one_whole
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> int:
    """Return the number of the update."""
    environment = core_of(asking, environment)
    environment.may_read(asking.inner(0))
    return recorded.best(environment.core, environment.run, asking.inner(0))[0]


QUERY = query(answer, {"expression": REQUIRED}, check=check_expression, rehearse=one_whole)
