"""What an expression of a script gives: its tree, worked out on NumPy arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.arguments import bind
from gradlab.errors import ArgumentError, BoundError, Problem, ScenarioError
from gradlab.op import Array, Op, Shape
from gradlab.scenario import static
from gradlab.scenario.bounds import check_elements, check_int, check_length
from gradlab.scenario.effort import spend
from gradlab.scenario.environment import Environment, name_of
from gradlab.scenario.functions import FUNCTIONS, common_shape
from gradlab.scenario.grammar import OPERATORS
from gradlab.scenario.keys import checked, size_of
from gradlab.scenario.parsing import chain
from gradlab.scenario.queries import bare_query, column_query, find_query
from gradlab.scenario.query import Asking

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.true_divide, "**": np.float_power, "@": np.matmul,
    "//": np.floor_divide, "%": np.mod,
}  # fmt: skip
_MASKS = {
    "and": "element by element it is `(a > 0) * (b > 0)`", "or": "element by element it is `maximum(a > 0, b > 0)`",
    "not": "element by element it is `1 - (a > 0)`",
}  # fmt: skip
"""What is written instead of a word between arrays."""
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: np.equal, ast.NotEq: np.not_equal, ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}  # fmt: skip


def evaluate(expression: Expression, node: ast.expr, environment: Environment) -> Any:
    """Return the value of a piece of an expression. Raises ScenarioError, and what the environment raises."""
    with _placed(expression, node):
        return _HANDLERS[type(node)](expression, node, environment)


def pick(expression: Expression, array: Array, key: ast.expr, environment: Environment) -> Array:
    """Return what a key that stands in an expression takes of an array. Raises as `evaluate` does."""
    with _placed(expression, expression.tree):
        return np.asarray(_taken(array, key_of(expression, key, environment)))


@contextmanager
def _placed(expression: Expression, node: ast.expr) -> Iterator[None]:
    """Turn what goes wrong with the numbers of a piece into a problem at its place."""
    try:
        with np.errstate(all="ignore"):
            yield
    except (ArgumentError, BoundError) as error:
        raise ScenarioError([Problem(str(error), expression.at(node))]) from None
    except (ValueError, IndexError, TypeError, OverflowError, MemoryError) as error:
        message = str(error) or "this cannot be worked out"
        raise ScenarioError([Problem(message[:1].lower() + message[1:300], expression.at(node))]) from None


def holds(value: Any) -> bool:
    """Return whether a condition holds: every element of it."""
    return bool(np.all(value))


def _constant(expression: Expression, node: ast.Constant, environment: Environment) -> Any:
    if isinstance(node.value, str):
        raise ArgumentError("a text is no number")
    return check_int(node.value) if isinstance(node.value, int) and not isinstance(node.value, bool) else node.value


def _name(expression: Expression, node: ast.Name, environment: Environment) -> Any:
    query = bare_query(name_of(node), environment.known)
    return environment.value(name_of(node)) if query is None else environment.ask(query, Asking.bare(expression, node))


def _list(expression: Expression, node: ast.List | ast.Tuple, environment: Environment) -> Any:
    parts = [np.asarray(evaluate(expression, part, environment)) for part in node.elts]
    shapes = {part.shape for part in parts}
    if len(shapes) > 1:
        raise ArgumentError(f"the rows of a list are not equally long: {' and '.join(str(s) for s in sorted(shapes))}")
    check_length(sum(part.size for part in parts))
    return np.array(parts)


def _binary(expression: Expression, node: ast.BinOp, environment: Environment) -> Any:
    links = chain(node)
    first = next(links)
    assert isinstance(first, ast.expr)
    value = evaluate(expression, first, environment)
    for link in links:
        assert isinstance(link, ast.BinOp)
        value = _operate(type(link.op), value, evaluate(expression, link.right, environment))
    return value


def _operate(kind: type[ast.operator], x: Any, y: Any) -> Any:
    """Return x (operator) y, after the size of the result is known."""
    if isinstance(x, int) and isinstance(y, int) and not (kind is ast.Pow and y < 0) and not (kind is ast.Div and y == 0):
        return static.binary(kind, x, y)
    x, y = np.asarray(x), np.asarray(y)
    if kind is ast.MatMult:
        _check_product(x.shape, y.shape)
        made = prod(x.shape[:-1]) * prod(y.shape[1:] if y.ndim < 3 else (*y.shape[:-2], y.shape[-1]))
    else:
        made = prod(common_shape(x, y))
    check_elements(made)
    spend(made * (x.shape[-1] if kind is ast.MatMult else 1))
    return _BINARY[OPERATORS[kind]](x, y)


def _check_product(x: Shape, y: Shape) -> None:
    if not x or not y or x[-1] != y[max(len(y) - 2, 0)]:
        raise ArgumentError(f"cannot multiply {x} @ {y}")


def _unary(expression: Expression, node: ast.UnaryOp, environment: Environment) -> Any:
    value = evaluate(expression, node.operand, environment)
    if isinstance(node.op, ast.Not):
        return not _truth(expression, node, "not", value)
    return -_counted(value) if isinstance(node.op, ast.USub) else value


def _boolean(expression: Expression, node: ast.BoolOp, environment: Environment) -> bool:
    wanted = isinstance(node.op, ast.And)
    for operand in node.values:
        value = evaluate(expression, operand, environment)
        if _truth(expression, node, "and" if wanted else "or", value) != wanted:
            return not wanted
    return wanted


def _truth(expression: Expression, node: ast.expr, word: str, value: Any) -> bool:
    """Return whether an operand of `and`, `or`, `not` holds. Raises ArgumentError for an array within a calculation.

    There the word would make one truth of what is meant element by element: `share(a == 1 or a == 2)`.
    """
    if np.size(value) > 1 and not _decides(expression.tree, node):
        raise ArgumentError(f"`{word}` makes one truth of an array: {_MASKS[word]}")
    return holds(value)


def _decides(tree: ast.expr, node: ast.expr) -> bool:
    """Return whether a piece is all that an expression says, alone or joined to others by `and`, `or`, `not`."""
    if tree is node:
        return True
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return _decides(tree.operand, node)
    return isinstance(tree, ast.BoolOp) and any(_decides(part, node) for part in tree.values)


def _compare(expression: Expression, node: ast.Compare, environment: Environment) -> Any:
    left = evaluate(expression, node.left, environment)
    result: Any = True
    for kind, comparator in zip(node.ops, node.comparators, strict=True):
        right = evaluate(expression, comparator, environment)
        made = prod(common_shape(left, right))
        check_elements(made)
        spend(made)
        result = np.logical_and(result, _COMPARE[type(kind)](left, right))
        left = right
    return result


def _attribute(expression: Expression, node: ast.Attribute, environment: Environment) -> Any:
    if isinstance(node.value, ast.Call) and (query := column_query(node.value)) is not None:
        return environment.ask(query, Asking(expression, node.value, node.attr))
    value = np.asarray(evaluate(expression, node.value, environment))
    return np.array(value.shape, np.int64) if node.attr == "shape" else value.T


def _subscript(expression: Expression, node: ast.Subscript, environment: Environment) -> Any:
    return _taken(evaluate(expression, node.value, environment), key_of(expression, node.slice, environment))


def _taken(value: Any, key: Any) -> Any:
    """Return what a key takes of an array. Raises ArgumentError, BoundError before anything is taken."""
    value = np.asarray(value)
    if any(isinstance(part, np.ndarray) for part in (key if isinstance(key, tuple) else (key,))):
        taken = size_of(checked(key if isinstance(key, tuple) else (key,), value.shape), value.shape)
        check_elements(taken)
        spend(taken)
    return value[key]


def key_of(expression: Expression, node: ast.expr, environment: Environment) -> Any:
    """Return what stands between the brackets, as NumPy takes it. Raises ArgumentError for what is no index."""
    if isinstance(node, ast.Tuple):
        return tuple(key_of(expression, part, environment) for part in node.elts)
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else _whole(evaluate(expression, end, environment)) for end in ends))
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return Ellipsis
    value = evaluate(expression, node, environment)
    return _listed(value) if np.ndim(value) else _whole(value)


def _listed(value: Any) -> Array:
    """Return a list that is an index: whole numbers, whatever their type, or a mask. Raises ArgumentError."""
    array = np.asarray(value)
    if array.dtype == np.bool_:
        return array
    if not np.array_equal(array, np.trunc(array)) or np.any(np.abs(array) >= 2.0**63):
        raise ArgumentError("a list that is an index holds whole numbers, or True and False")
    return array.astype(np.int64)


def _whole(value: Any) -> int:
    if np.ndim(value) != 0 or np.asarray(value).dtype == np.bool_ or not np.isfinite(value) or int(value) != value:
        raise ArgumentError("an index is a whole number")
    return check_int(int(value))


def _call(expression: Expression, node: ast.Call, environment: Environment) -> Any:
    assert isinstance(node.func, ast.Name)
    word = name_of(node.func)
    query = find_query(word)
    if query is not None:
        return environment.ask(query, Asking(expression, node))
    function = FUNCTIONS[word]
    if function.op is not None:
        return function.run(**_arguments(expression, function.op, node, environment))
    named = {
        keyword.arg: _named(keyword, evaluate(expression, keyword.value, environment))
        for keyword in node.keywords
        if keyword.arg
    }
    values = [_counted(evaluate(expression, argument, environment)) for argument in node.args]
    spend(sum(np.size(value) for value in values))
    return function.run(*values, **named)


def _arguments(expression: Expression, op: Op, node: ast.Call, environment: Environment) -> dict[str, Any]:
    """Return the arguments of an op by name: arrays, or a list of them, and what is static. Raises ArgumentError."""
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    bound = bind(op.name, op.parameters, node.args, named)
    given = {name: tree for name, tree in bound.items() if isinstance(tree, ast.expr)}
    return {name: _argument(expression, op, name, tree, environment) for name, tree in given.items()}


def _argument(expression: Expression, op: Op, name: str, tree: ast.expr, environment: Environment) -> Any:
    if name in op.attrs:
        return _static(expression, tree, environment)
    if op.variadic and isinstance(tree, ast.List | ast.Tuple):
        return [_counted(evaluate(expression, part, environment)) for part in tree.elts]
    return _counted(evaluate(expression, tree, environment))


def _static(expression: Expression, tree: ast.expr, environment: Environment) -> Any:
    """Return a static argument: a text, nothing, a number, or a tuple of these."""
    if isinstance(tree, ast.Constant) and not isinstance(tree.value, int | float):
        return tree.value
    if isinstance(tree, ast.List | ast.Tuple):
        return tuple(_static(expression, part, environment) for part in tree.elts)
    return evaluate(expression, tree, environment)


def _counted(value: Any) -> Any:
    """Return a value with 1 for what holds and 0 for what does not, where it is that."""
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype == np.bool_ else value


def _named(keyword: ast.keyword, value: Any) -> Any:
    return _axis(value) if keyword.arg == "axis" and value is not None else _counted(value)


def _axis(value: Any) -> Any:
    return tuple(_whole(part) for part in value) if np.ndim(value) else _whole(value)


_HANDLERS: dict[type[ast.expr], Callable[[Expression, Any, Environment], Any]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _list, ast.Tuple: _list, ast.BinOp: _binary, ast.UnaryOp: _unary,
    ast.BoolOp: _boolean, ast.Compare: _compare, ast.Attribute: _attribute, ast.Subscript: _subscript, ast.Call: _call,
}  # fmt: skip
