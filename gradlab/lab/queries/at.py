"""An expression at a mark: `at(begun, norm(W))`, where `mark begun` was said; or at a position, `at("3.f.end", h)`.

The run is made again up to there, and stays where it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradlab.arguments import REQUIRED
from gradlab.axis.places import FORM, is_position, read_position
from gradlab.axis.position import Position
from gradlab.errors import ActionError, Problem
from gradlab.lab.queries._past import core_of
from gradlab.lab.twins import CoreEnvironment
from gradlab.scenario.environment import Environment, name_of
from gradlab.scenario.query import Asking, query
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    if len(asking.node.args) != 2 or asking.node.keywords or not (_mark(asking) or asking.text(0) is not None):
        yield asking.wrong("`at` takes a mark and an expression", None, '`at(MARK, EXPR)` or `at("3.f.end", EXPR)`')
        return
    if not _mark(asking) and not is_position(asking.text(0) or ""):
        yield asking.wrong(f"`{asking.text(0)}` is not a position", asking.node.args[0], FORM)
    yield from asking.refuse(1, "at", "on", "seeds", "history", "best")
    yield from asking.check(1, known)


def _mark(asking: Asking) -> str:
    """Return the name of the mark, or ""."""
    first = asking.node.args[0]
    return name_of(first) if isinstance(first, ast.Name) else ""


def answer(asking: Asking, environment: Environment) -> Any:
    """Return the value there. Raises ActionError for an unknown mark."""
    environment = core_of(asking, environment)
    environment.may_read(asking.inner(1))
    run = environment.core.twins.at(_place(asking, environment))
    there = CoreEnvironment(environment.core, run)
    found = asking.inner(1).evaluate(there)
    environment.remarks += there.remarks
    return found


def _place(asking: Asking, environment: CoreEnvironment) -> Position:
    core, mark = environment.core, _mark(asking)
    if not mark:
        return read_position(asking.text(0) or "", core.run.timeline)
    if mark not in core.marks:
        near = did_you_mean(mark, core.marks)
        raise ActionError(f"no mark is called `{mark}`{'; ' if near else ''}{near}: `mark {mark}` makes one")
    return core.marks[mark]


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Return what the expression gives: the place changes no shape."""
    return asking.inner(1).evaluate(environment)


QUERY = query(answer, {"mark": REQUIRED, "expression": REQUIRED}, check=check, rehearse=rehearse)
