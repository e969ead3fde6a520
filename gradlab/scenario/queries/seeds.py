"""The mean of an expression over runs of the scenario with the seeds first to last: `seeds(0..4, loss)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradlab.arguments import REQUIRED
from gradlab.errors import Problem
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking, query

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def _range(asking: Asking) -> tuple[int, int] | None:
    """Return the first and the last seed; None where they are no range."""
    ends = [end.value if isinstance(end, ast.Constant) else None for end in asking.node.args[:2]]
    first, last = (end if isinstance(end, int) and not isinstance(end, bool) else -1 for end in ends)
    return (first, last) if 0 <= first <= last else None


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    if len(asking.node.args) != 3 or asking.node.keywords or _range(asking) is None:
        yield asking.wrong("`seeds` takes a range of seeds and an expression", None, "`seeds(0..4, EXPR)`")
        return
    yield from asking.refuse(2, "seeds")
    yield from asking.check(2, known)


def answer(asking: Asking, environment: Environment) -> Any:
    """Return the mean."""
    found = _range(asking)
    assert found is not None
    return environment.seeds(*found, asking.inner(2))


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Return what the expression gives: a seed changes no shape."""
    return asking.inner(2).evaluate(environment)


QUERY = query(
    answer, dict.fromkeys(("first", "last", "expression"), REQUIRED), check=check, rehearse=rehearse,
    written="seeds(first..last, expression)",
)  # fmt: skip
