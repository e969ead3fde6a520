"""What stands behind `expect`, and behind the words that take one element of a node."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from gradlab.errors import Problem, ScenarioError
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression, Known, read_expression
from gradlab.scenario.script import split_at
from gradlab.source import Span

_NUMBER = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
DEFAULTS = {"float64": 1e-9, "float32": 1e-5}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two numbers may be apart: absolute, or as a share of the right one."""

    value: float
    relative: bool = False

    def excess(self, got: Any, wanted: Any) -> float:
        """Return how much of the tolerance the worst element uses: at most 1 when the assertion holds, NaN for NaN.

        It is infinite for shapes that do not broadcast.
        """
        got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
        try:
            np.broadcast_shapes(got.shape, wanted.shape)
        except ValueError:
            return inf
        with np.errstate(all="ignore"):
            gap = np.where(got == wanted, 0.0, np.abs(got - wanted))
            used = np.where(gap == 0, 0.0, gap / self.room(wanted))
        return float(np.max(used)) if used.size else 0.0

    def room(self, wanted: Any) -> Any:
        """Return how far a number may be from each of the right ones."""
        return self.value * np.abs(wanted) if self.relative else np.full_like(wanted, self.value)

    def __str__(self) -> str:
        return f"{self.value * 100:g}%" if self.relative else f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Assertion:
    """`LEFT`, or `LEFT ~= RIGHT`, perhaps with a tolerance."""

    left: Expression
    right: Expression | None = None
    tolerance: Tolerance | None = None

    def check(self, known: Known) -> list[Problem]:
        """Return everything that is wrong with it, given the names there are."""
        return self.left.check(known) + (self.right.check(known) if self.right is not None else [])

    def within(self, dtype: str) -> Tolerance:
        """Return the tolerance, or the one of the dtype."""
        return self.tolerance or Tolerance(DEFAULTS[dtype])


def read_assertion(span: Span) -> Assertion:
    """Read what stands behind `expect`. Raises ScenarioError with all its problems."""
    claim, tolerance_span = split_at(span, "tol")
    left, right = split_at(claim, "~=")
    problems: list[Problem] = []
    parts = [_kept(problems, part) for part in (left, right) if part is not None]
    tolerance = None
    if tolerance_span is not None:
        try:
            tolerance = read_tolerance(tolerance_span)
        except ScenarioError as error:
            problems += error.problems
        if right is None:
            problems.append(Problem("`tol` goes with `~=`", tolerance_span, "write `EXPR ~= EXPR tol T`"))
    if problems or parts[0] is None:
        raise ScenarioError(problems)
    return Assertion(parts[0], parts[1] if len(parts) > 1 else None, tolerance)


def _kept(problems: list[Problem], span: Span) -> Expression | None:
    try:
        return read_expression(span)
    except ScenarioError as error:
        problems += error.problems
        return None


def read_tolerance(span: Span) -> Tolerance:
    """Read `1e-6`, `3/64` or `5%`. Raises ScenarioError."""
    text = span.text
    parts = [part.strip() for part in text.removesuffix("%").split("/")]
    numbers = [float(part) for part in parts if _NUMBER.fullmatch(part)]
    if len(numbers) != len(parts) or len(parts) > 2 or numbers[1:] == [0]:
        wanted = "a tolerance is a number of 0 or more, or a percentage"
        raise ScenarioError([Problem(wanted, span, "for example `1e-6`, `3/64` or `5%`")])
    value = numbers[0] / (numbers[1] if numbers[1:] else 1.0)
    return Tolerance(value / 100, True) if text.endswith("%") else Tolerance(value)


@dataclass(frozen=True, slots=True)
class Reference:
    """A node, or an element of it: `W`, `W[0, 1]`. index is None for the whole node."""

    name: str
    index: tuple[int, ...] | None
    span: Span


def read_reference(span: Span) -> Reference:
    """Read `NODE` or `NODE[i, j]`. Raises ScenarioError."""
    expression = read_expression(span)
    tree = expression.tree
    index = None
    if isinstance(tree, ast.Subscript):
        keys = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
        index = tuple(_index(expression, key) for key in keys)
        tree = tree.value
    if not isinstance(tree, ast.Name):
        raise ScenarioError([Problem("the name of a node is needed here", span, "`NAME` or `NAME[i, j]`")])
    return Reference(name_of(tree), index, expression.at(tree))


def _index(expression: Expression, key: ast.expr) -> int:
    negative = isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub)
    inner = key.operand if isinstance(key, ast.UnaryOp) else key
    if not isinstance(inner, ast.Constant) or not isinstance(inner.value, int) or isinstance(inner.value, bool):
        raise ScenarioError([Problem("an index is a whole number", expression.at(key))])
    return -inner.value if negative else inner.value
