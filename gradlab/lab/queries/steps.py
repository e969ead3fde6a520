"""How many steps the optimizers have made before the cursor. Where nothing accumulates and nothing is frozen that is `updates`.

With `accumulate=4` it grows by one in every fourth update; while all that a `minimize` moves is frozen it makes none. A node of
that name goes before it.
"""

from __future__ import annotations

from gradlab.lab.queries._past import core_of, no_brackets, one_whole
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> int:
    """Return the number."""
    return core_of(asking, environment).run.steps()


QUERY = query(answer, {}, check=no_brackets, rehearse=one_whole, bare=True)
