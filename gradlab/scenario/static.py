"""Arithmetic on what is known before the run, within the bounds: no number of more than 64 bits, no endless list."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from math import isfinite
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.scenario.bounds import check_int, check_length, check_string
from gradlab.scenario.grammar import OPERATORS
from gradlab.scenario.values import Function, Value, kind_of

_COMPARED = 10_000
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Eq: ("==", operator.eq), ast.NotEq: ("!=", operator.ne), ast.Lt: ("<", operator.lt), ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt), ast.GtE: (">=", operator.ge), ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not), ast.In: ("in", lambda a, b: a in b), ast.NotIn: ("not in", lambda a, b: a not in b),
}  # fmt: skip


def binary(kind: type[ast.operator], x: Value, y: Value) -> Value:
    """Return the result of an operator on static values. Raises ArgumentError, BoundError."""
    if isinstance(x, int | float) and isinstance(y, int | float):
        return _number(kind, x, y)
    if kind is ast.Add and type(x) is type(y) and isinstance(x, str | list | tuple):
        (check_string if isinstance(x, str) else check_length)(len(x) + len(y))
        return x + y
    if kind is ast.Mult:
        many, count = (x, y) if isinstance(x, str | list | tuple) else (y, x)
        if isinstance(many, str | list | tuple) and isinstance(count, int):
            (check_string if isinstance(many, str) else check_length)(len(many) * max(count, 0))
            return many * count
    raise ArgumentError(f"`{OPERATORS[kind]}` does not go with {kind_of(x)} and {kind_of(y)}")


def _number(kind: type[ast.operator], x: float, y: float) -> Value:
    try:
        if kind is ast.Pow:
            return _power(x, y)
        if kind is ast.MatMult:
            raise ArgumentError("`@` multiplies arrays, got two numbers: use `*`")
        return _bounded(_ARITHMETIC[kind](x, y))
    except ZeroDivisionError:
        raise ArgumentError("division by zero") from None
    except OverflowError:
        raise ArgumentError("the result is too large for a number") from None


def _power(x: float, y: float) -> Value:
    if isinstance(x, int) and isinstance(y, int) and y >= 0 and x.bit_length() * y > 4_096:
        check_int(1 << 64 if abs(x) > 1 else 1)
        return x ** (y % 2) if x < 0 else x
    result = x**y
    if isinstance(result, complex):
        raise ArgumentError("a power of a negative number with a fraction is no real number")
    return _bounded(result)


def _bounded(value: Any) -> Any:
    return check_int(value) if isinstance(value, int) else value


def negative(value: Value) -> Value:
    """Return -value. Raises ArgumentError."""
    if not isinstance(value, int | float):
        raise ArgumentError(f"`-` does not go with {kind_of(value)}")
    return _bounded(-value)


def symbol(kind: type[ast.cmpop]) -> str:
    """Return how a comparison is written."""
    return _COMPARISONS[kind][0]


def compare(kind: type[ast.cmpop], x: Value, y: Value) -> bool:
    """Return the result of a comparison. Raises ArgumentError."""
    word, function = _COMPARISONS[kind]
    if kind not in (ast.Is, ast.IsNot):
        _few(x)
        _few(y)
    try:
        return bool(function(x, y))
    except (TypeError, RecursionError):
        raise ArgumentError(f"`{word}` does not go with {kind_of(x)} and {kind_of(y)}") from None


def _few(value: Value) -> None:
    """Refuse lists within lists that have too many elements to be compared: they may hold one another many times."""
    stack, count = [value], 0
    while stack:
        part = stack.pop()
        if isinstance(part, list | tuple):
            count += len(part)
            if count > _COMPARED:
                raise ArgumentError(f"lists of more than {_COMPARED:,} elements are not compared")
            stack += part


def subscript(value: Value, key: Value) -> Value:
    """Return an element or a slice of a list, a tuple, a range or a string. Raises ArgumentError."""
    if not isinstance(value, list | tuple | range | str):
        raise ArgumentError(f"{kind_of(value)} has no elements")
    if not isinstance(key, int | slice) or isinstance(key, bool):
        raise ArgumentError(f"an index is a whole number or a slice, got {kind_of(key)}")
    try:
        return value[key]
    except IndexError:
        raise ArgumentError(f"index {key} of {kind_of(value)} of {len(value)}") from None
    except (ValueError, TypeError):
        raise ArgumentError("a slice is start:stop:step in whole numbers, step not 0") from None


def text_of(value: Value) -> str:
    """Return how a static value reads within a string. Raises ArgumentError for lists, nodes and the like."""
    if not isinstance(value, int | float | str):
        raise ArgumentError(f"a string is made of numbers and strings, got {kind_of(value)}")
    return str(value)


def sequence_of(value: Value) -> Value:
    """Return the value if a loop can run over it. Raises ArgumentError."""
    if isinstance(value, list | tuple | range | str):
        return value
    hint = "; call it first" if isinstance(value, Function) else ""
    raise ArgumentError(f"a loop runs over a range, a list or a tuple, got {kind_of(value)}{hint}")


def finite(value: float) -> float:
    """Return the number. Raises ArgumentError unless it is finite."""
    if not isfinite(value):
        raise ArgumentError("the result is not a finite number")
    return value
