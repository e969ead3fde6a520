"""Where a number is not 0 and would be in a narrow dtype: `share(underflow(grad(W), "float16"))`.

The dtype is float32, float16 or bfloat16.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import Problem
from gradlab.graph.narrow import NARROW, rounded
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, Operand, query
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    dtype = asking.text(1)
    if len(asking.node.args) != 2 or asking.node.keywords or dtype is None:
        label = 'write `underflow(grad(W), "float16")`'
        yield asking.wrong("`underflow` takes an expression and the name of a dtype", None, label)
        return
    if dtype not in NARROW:
        label = did_you_mean(dtype, NARROW) or f"there are {', '.join(NARROW)}"
        yield asking.wrong(f"unknown dtype `{dtype}`", asking.node.args[1], label)
    yield from asking.check(0, known)


def answer(asking: Asking, environment: Environment) -> Array:
    """Return whether each number would be 0."""
    value = np.asarray(asking.inner(0).evaluate(environment))
    return np.asarray((value != 0) & (rounded(value, asking.text(1) or "") == 0))


def operands(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return what the expression asks for."""
    yield from asking.inner(0).operands(known)


QUERY = query(answer, {"expression": REQUIRED, "dtype": REQUIRED}, check=check, operands=operands)
