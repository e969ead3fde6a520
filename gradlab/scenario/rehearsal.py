"""What is wrong with an expression whatever the numbers: when it is read, it is worked out on zeros of the right shapes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.errors import Problem, ScenarioError
from gradlab.op import Array, Curve, Shape
from gradlab.scenario.arithmetic import evaluate
from gradlab.scenario.effort import REHEARSED, counted
from gradlab.scenario.environment import Part, Unknown, name_of

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression, Known
    from gradlab.scenario.query import Asking, Query

LARGEST = 20_000
"""Elements of all names together with which a whole expression is worked out; of more, only what is taken out of a name."""


class _Zeros:
    """An environment in which every name means zeros of its shape. They take no memory."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def value(self, name: str, part: Part = "") -> Array:
        """Return zeros for a node, the number for a number."""
        if name in self.known.nodes:
            return np.broadcast_to(np.zeros(()), self.known.shapes[self.known.nodes[name]])
        if name in self.known.numbers:
            return np.asarray(self.known.numbers[name])
        if self.known.constants.get(name) is not None:
            return np.asarray(self.known.constants[name])
        raise Unknown  # what leaves a layer: no name of it says which node that is

    grad = update = value

    def shape(self, name: str) -> Shape:
        """Return the shape of a node."""
        if name not in self.known.nodes:
            raise Unknown
        return self.known.shapes[self.known.nodes[name]]

    def curve(self, name: str) -> Curve:
        """Give up: only a run knows its ops."""
        raise Unknown

    def on(self, split: str, expression: Expression) -> Any:
        """Give up: other data have other shapes."""
        raise Unknown

    def seeds(self, first: int, last: int, expression: Expression) -> Any:
        """Return what the expression gives: a seed changes no shape."""
        return expression.evaluate(self)

    def ask(self, query: Query, asking: Asking) -> Any:
        """Return what a query gives, or what stands for it."""
        return (query.rehearse or query.answer)(asking, self)


def rehearse(expression: Expression, known: Known) -> list[Problem]:
    """Return what is wrong for all numbers: an index that is none or out of range, shapes that do not fit, an axis too many."""
    if not known.shapes or any(_depends(part) for part in ast.walk(expression.tree)):
        return []
    for piece in _pieces(expression, known):
        try:
            with counted(REHEARSED, Unknown()):
                evaluate(expression, piece, _Zeros(known))
        except Unknown:
            continue
        except ScenarioError as error:
            return list(error.problems)
    return []


def shape_on_zeros(expression: Expression, known: Known) -> Shape | None:
    """Return the shape of what an expression gives; None where that is not known before the run."""
    sizes = (prod(known.shapes[known.nodes[name]]) for name in expression.names() if name in known.nodes)
    if not known.shapes or sum(sizes) > LARGEST:
        return None
    try:
        with counted(REHEARSED, Unknown()):
            return np.asarray(evaluate(expression, expression.tree, _Zeros(known))).shape
    except (Unknown, ScenarioError):
        return None


def _depends(part: ast.AST) -> bool:
    """Return whether a piece is an index or an axis that depends on numbers of the run."""
    places = [part.slice] if isinstance(part, ast.Subscript) else [part.value] if isinstance(part, ast.keyword) else []
    return any(isinstance(inner, ast.Name) for place in places for inner in ast.walk(place))


def _pieces(expression: Expression, known: Known) -> Iterator[ast.expr]:
    """Return what is worked out: elements of names, which cost nothing, and if that is little work the whole expression."""
    on_other_data = {id(part) for call in ast.walk(expression.tree) if _is_on(call) for part in ast.walk(call)}
    for part in ast.walk(expression.tree):
        if isinstance(part, ast.Subscript) and _is_node(part.value, known) and id(part) not in on_other_data:
            yield part
    sizes = (prod(known.shapes[known.nodes[name]]) for name in expression.names() if name in known.nodes)
    if sum(sizes) <= LARGEST:
        yield expression.tree


def _is_node(part: ast.expr, known: Known) -> bool:
    return isinstance(part, ast.Name) and name_of(part) in known.nodes


def _is_on(part: ast.AST) -> bool:
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and name_of(part.func) == "on"
