"""Working out what a run records at the end of an update."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlab.axis.curves import Series
from gradlab.axis.environment import NotReady, RunEnvironment
from gradlab.axis.run import Run
from gradlab.errors import GradlabError

Reader = Callable[[Run], RunEnvironment]
"""Gives what names mean in a run."""


def record(run: Run, reader: Reader) -> None:
    """Record what is due in the update whose phase u has been run and not committed.

    Of an update that has not all numbers of an expression nothing is recorded. An expression that cannot be worked out, or is
    no single number, is recorded no more, which is said.
    """
    update = run.at.update
    due = [one for one in run.curves if one.due(update)]
    if not due:
        return
    environment = reader(run)
    for one in due:
        try:
            one.history.add(update, [_number(one, environment)])
        except NotReady:
            continue
        except GradlabError as error:
            run.curves.forget(one.expression)
            run.notes.append(f"`{one.text}` is recorded no more: {error.headline}")


def _number(one: Series, environment: RunEnvironment) -> float:
    value = np.asarray(one.expression.evaluate(environment))
    if value.size != 1:
        raise GradlabError(f"a curve is one number an update, got shape {value.shape}")
    return float(value.reshape(-1)[0])
