"""The numbers that were recorded of an expression, one an update, up to the cursor.

`curve held` records; `min(history(held))` is the least number, `history(held)[-1]` the last. The losses of each `minimize` are
recorded without being told to. Of very many updates every second, fourth … is kept.
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.lab.queries._past import check_expression, core_of, unknown
from gradlab.lab.recorded import values
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> Any:
    """Return the numbers, oldest first."""
    environment = core_of(asking, environment)
    environment.may_read(asking.inner(0))
    return values(environment.core, environment.run, asking.inner(0))[1]


QUERY = query(answer, {"expression": REQUIRED}, check=check_expression, rehearse=unknown)
