"""Conditions of breakpoints and searches: reading one, and measuring how far its numbers are from making it hold.

A condition over an array holds as soon as it holds for one element; `all(…)` wants every one. The word `nan` holds when any op
computes, or sends backward, a NaN; `inf` when it is an infinite number.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isnan, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.errors import ArgumentError, BoundError, Problem, ScenarioError
from gradlab.lab.arguments import Words, expression
from gradlab.lab.numbers import element_name, long
from gradlab.op import Array
from gradlab.scenario.arithmetic import evaluate
from gradlab.scenario.bounds import check_elements
from gradlab.scenario.effort import counted
from gradlab.scenario.environment import Environment
from gradlab.scenario.expressions import Expression
from gradlab.scenario.functions import common_shape

BAD: Mapping[str, Callable[[Array], npt.NDArray[np.bool_]]] = {"nan": np.isnan, "inf": np.isinf}
"""The words for numbers that are looked for behind every op."""
_HOLDS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}  # fmt: skip
_SINGLE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that a condition was decided by. place: its flat place in an array of a shape, -1 for a count of elements."""

    node: ast.expr
    value: float
    place: int
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a condition holds. gap: the smallest change of a side that would make it hold, infinite where none is known."""

    held: bool
    gap: float = inf
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A condition as a person wrote it. expression is None for `nan` and `inf`."""

    text: str
    expression: Expression | None

    def judge(self, environment: Environment) -> Judged:
        """Measure it. Raises ScenarioError, and what the environment raises. Not for `nan` and `inf`."""
        assert self.expression is not None
        with counted():
            return _judge(self.expression, self.expression.tree, environment)

    def told(self, verdict: Judged) -> str:
        """Return the numbers of a verdict: "loss = 0.25, h[3] = 2"."""
        assert self.expression is not None
        return ", ".join(dict.fromkeys(_told(self.expression, fact) for fact in verdict.facts))


def condition(words: Words) -> Condition:
    """Read a condition. Raises ScenarioError."""
    if words.text in BAD and not (words.known is not None and words.text in words.known.nodes):
        return Condition(words.text, None)
    read = expression(words)
    for node in ast.walk(read.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "seeds":
            raise ScenarioError([Problem("`seeds` cannot stand in a condition", read.at(node), "it is for `expect`")])
    return Condition(read.text, read)


def _judge(whole: Expression, node: ast.expr, environment: Environment) -> Judged:
    if isinstance(node, ast.BoolOp):
        return _together(isinstance(node.op, ast.And), [_judge(whole, part, environment) for part in node.values])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _judge(whole, node.operand, environment)
        return Judged(not inner.held, inf, inner.facts)
    if isinstance(node, ast.Compare):
        return _compared(whole, node, environment)
    value = np.asarray(evaluate(whole, node, environment))
    holding = (value != 0) & ~np.isnan(value)
    return Judged(bool(holding.any()), inf, (_counted(node, holding) if value.shape else Fact(node, float(value), 0, ()),))


def _together(every: bool, parts: list[Judged]) -> Judged:
    """Return the verdict of `and` or `or`: the farthest part, or the nearest, says how far it is."""
    held = all(part.held for part in parts) if every else any(part.held for part in parts)
    deciding = parts if every == held else [part for part in parts if part.held == held]
    gap = max(part.gap for part in parts if not part.held) if every and not held else min(part.gap for part in parts)
    return Judged(held, 0.0 if held else gap, tuple(fact for part in deciding for fact in part.facts))


def _compared(whole: Expression, node: ast.Compare, environment: Environment) -> Judged:
    sides = [node.left, *node.comparators]
    values = [np.asarray(evaluate(whole, side, environment)) for side in sides]
    try:
        check_elements(prod(common_shape(*values)))
    except (ArgumentError, BoundError) as error:
        raise ScenarioError([Problem(str(error), whole.at(node))]) from None
    if all(value.ndim == 0 for value in values):
        return _single(node, sides, [value.item() for value in values])
    held, gap = np.ones((), np.bool_), np.zeros(())
    with np.errstate(all="ignore"):
        for kind, x, y in zip(node.ops, values, values[1:], strict=False):
            link = _HOLDS[type(kind)](x, y)
            held = held & link
            gap = np.fmax(gap, np.where(link, 0.0, np.abs(x.astype(float) - y.astype(float))))
    if not held.size:
        return Judged(False)
    gap = np.where(np.isnan(gap) | _undecided(values), inf, gap)
    place = int(np.argmax(held)) if held.any() else int(np.argmin(gap))
    shown = zip(sides, values, strict=True)
    facts = tuple(_element(side, value, place, held.shape) for side, value in shown if not _fixed(side))
    return Judged(bool(held.any()), float(np.ravel(gap)[place]), facts)


def _single(node: ast.Compare, sides: list[ast.expr], values: list[Any]) -> Judged:
    """Compare numbers: what a search does in every update."""
    held, gap = True, 0.0
    for kind, x, y in zip(node.ops, values, values[1:], strict=False):
        if not _SINGLE[type(kind)](x, y):
            held, far = False, abs(float(x) - float(y))
            gap = inf if isnan(far) else max(gap, far)
    shown = zip(sides, values, strict=True)
    return Judged(held, gap, tuple(Fact(side, float(value), 0, ()) for side, value in shown if not _fixed(side)))


def _undecided(values: list[Array]) -> Any:
    """Return where a side is NaN: nothing is near to it."""
    found: Any = np.zeros((), np.bool_)
    for value in values:
        found = found | np.isnan(value)
    return found


def _element(side: ast.expr, value: Array, place: int, shape: tuple[int, ...]) -> Fact:
    """Return the element of a side that stands at a place of the broadcast shape."""
    number = float(np.broadcast_to(value, shape).reshape(-1)[place])
    if value.shape == shape:
        return Fact(side, number, place, shape)
    own = int(np.broadcast_to(np.arange(value.size).reshape(value.shape), shape).reshape(-1)[place])
    return Fact(side, number, own, value.shape)


def _counted(node: ast.expr, holding: Array) -> Fact:
    return Fact(node, float(np.count_nonzero(holding)), -1, holding.shape)


@lru_cache(maxsize=256)
def _fixed(node: ast.expr) -> bool:
    """Whether a side is a number that was written down."""
    return not any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node))


def _told(whole: Expression, fact: Fact) -> str:
    text = whole.part(fact.node).text
    if fact.place < 0:
        size = int(np.prod(fact.shape))
        return f"{text} holds for {int(fact.value):,} of {size:,}"
    name = text if isinstance(fact.node, ast.Name) or not fact.shape else f"({text})"
    return f"{element_name(name, fact.shape, fact.place)} = {long(fact.value)}"
