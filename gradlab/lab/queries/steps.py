"""How many steps the optimizers have made before the cursor. Where nothing accumulates and nothing is frozen that is `updates`.

With `accumulate=4` it grows by one in every fourth update; while all that a `minimize` moves is frozen it makes none. A node of
that name goes before it.
"""

from __future__ import annotations

from itertools import pairwise

from gradlab.axis.journal import Freeze, Thaw
from gradlab.axis.run import Run
from gradlab.lab.queries._past import core_of, no_brackets, one_whole
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query


def answer(asking: Asking, environment: Environment) -> int:
    """Return the number."""
    run = core_of(asking, environment).run
    deeds = (deed.position.update for deed in run.journal.deeds if isinstance(deed, Freeze | Thaw))
    changes = {update for change in deeds for update in (change, change + 1) if update < run.at.update}
    return sum(_between(run, first, stop) for first, stop in pairwise(sorted({0, *changes, run.at.update})))


def _between(run: Run, first: int, stop: int) -> int:
    """Return how many steps are made in updates in which one and the same is frozen."""
    frozen, steps = run.journal.frozen(first), zip(run.turns.steps(first), run.turns.steps(stop), strict=True)
    moving = (not frozen.issuperset(objective.params) for objective in run.graph.objectives)
    return sum(after - before for (before, after), moves in zip(steps, moving, strict=True) if moves)


QUERY = query(answer, {}, check=no_brackets, rehearse=one_whole, bare=True)
