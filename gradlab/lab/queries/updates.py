"""How many updates have been made: the number of the update in which the cursor stands. A node of that name goes before it."""

from __future__ import annotations

from gradlab.lab.queries._past import core_of, no_brackets, one_whole
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> int:
    """Return the number."""
    return core_of(asking, environment).run.at.update


QUERY = query(answer, {}, check=no_brackets, rehearse=one_whole, bare=True)
