"""What the last `sweep` of a script has measured: a number for each setting, along an axis for each name that was gone over.

`sweep lr=[0.1, 1] for 100 updates measure loss` makes `swept("loss")` two numbers: the means of the seeds, NaN where a point
failed. `swept("lr")` gives what was set, where that is numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ActionError, Problem
from gradlab.scenario.environment import Environment, Unknown
from gradlab.scenario.expressions import Known
from gradlab.scenario.query import Asking, Operand, query
from gradlab.source import did_you_mean


def key(text: str) -> str:
    """Return the name that the numbers of a measure, or of an axis, are kept by."""
    return f'swept("{" ".join(text.split())}")'


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    text = asking.text(0)
    if text is None or len(asking.node.args) != 1 or asking.node.keywords:
        yield asking.wrong("`swept` takes what was measured, in quotes", None, '`swept("loss")`')
    elif near := missing(text, known):
        yield asking.wrong(f"no sweep before has measured `{text}`", asking.node.args[0], near)


def missing(text: str, known: Known) -> str:
    """Return what there is instead where no sweep before has measured something; "" where one has."""
    if key(text) in known.constants:
        return ""
    there = [name[len('swept("') : -len('")')] for name in known.constants if name.startswith('swept("')]
    return did_you_mean(text, there) or (f"there is {', '.join(there)}" if there else "`sweep … measure EXPR` comes first")


def answer(asking: Asking, environment: Environment) -> Any:
    """Return the numbers. Raises ActionError in a run with another seed, and what reading a constant raises."""
    name = key(asking.text(0) or "")
    if name not in environment.known.constants:
        raise ActionError("`swept` cannot stand inside `seeds`: a sweep is not done again with other seeds")
    return environment.value(name)


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Return the numbers, where there are any yet. Raises Unknown."""
    found = environment.known.constants.get(key(asking.text(0) or ""))
    if found is None:
        raise Unknown
    return np.asarray(found)


def operands(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return that nothing has to be known of the run: the numbers are kept."""
    yield from ()


QUERY = query(answer, {"measure": REQUIRED}, check=check, rehearse=rehearse, operands=operands)
