"""The same part of each of several nodes, step by step, each number with the node that it belongs to."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gradlab.draw.plots._asking import Plotted, numbers_of
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression
from gradlab.scenario.queries.each import expressions_of
from gradlab.scenario.query import Asking

if TYPE_CHECKING:
    from gradlab.session import Lab


def steps_of(lab: Lab, wanted: Expression) -> tuple[tuple[str, Plotted], ...]:
    """Return the name and the numbers of each step: of each node where it is a call of `each`, else along the first axis.

    Raises ActionError, HiddenError.
    """
    tree = wanted.tree
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and name_of(tree.func) == "each":
        found = expressions_of(Asking(wanted, tree), lab.known)
        return tuple(zip(_differing([name for name, _ in found]), (numbers_of(lab, one) for _, one in found), strict=True))
    whole = numbers_of(lab, wanted)
    return tuple((str(k), whole.at(k)) for k in range(len(whole.values))) if whole.values.ndim else (("", whole),)


def _differing(names: list[str]) -> tuple[str, ...]:
    """Return what differs in some names: the segment that is another one in each, `t0`, else the names."""
    parts = [name.split(".") for name in names]
    if len(names) > 1 and len({len(part) for part in parts}) == 1:
        for column in zip(*parts, strict=True):
            if len(set(column)) == len(names):
                return tuple(column)
    return tuple(names)
