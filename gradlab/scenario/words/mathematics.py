"""Of numbers that are known before the run this is plain arithmetic and gives a number: `1 / sqrt(500)`, `max(3, 5)`.

Example:  h = param(shape=(500, 10), init=normal(1 / sqrt(500)))
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.ops import find_op
from gradlab.scenario.call import Call
from gradlab.scenario.static import finite
from gradlab.scenario.values import Data, Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word, call_op

SUM = """The `sum` of a list adds up its parts: numbers to a number, nodes to a node.

Example:
    x = input([[1, 2], [3, 4]])
    total = sum([x[k] for k in range(2)])
"""


def _of_one(name: str, function: Callable[[Any], Any]) -> Word:
    def run(call: Call) -> Value:
        if len(call.args) != 1 or call.named or not is_number(call.args[0].value):
            return _op(call)
        try:
            return finite(function(call.args[0].value))
        except (ValueError, OverflowError):
            raise ArgumentError(f"`{name}` of {call.args[0].value} is no finite number") from None

    return Word(name, f"{name}(x)", run, __doc__)


def _op(call: Call) -> Value:
    op = find_op(call.word)
    if op is None:
        raise ArgumentError(f"`{call.word}` takes a number that is known before the run, got {kind_of(call.args[0].value)}")
    return call_op(op, call)


def _of_many(name: str, function: Callable[[Any], Any]) -> Word:
    def run(call: Call) -> Value:
        values = [arg.value for arg in call.args]
        if len(values) > 1 and any(isinstance(value, Node | Data) for value in values[1:]):
            raise call.trace.wrong(f"`{name}` takes one node and an axis", call.node, f"of two nodes it is `{name}imum(x, y)`")
        listed = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
        if call.named or (len(values) == 1 and listed is values) or not all(is_number(value) for value in listed):
            return _op(call)
        if not listed:
            raise ArgumentError(f"`{name}` of nothing")
        call.trace.budget.step(len(listed))
        return function(listed)

    return Word(name, f"{name}(x, axis=None), or {name}(a, b, …) of numbers", run, __doc__)


def _sum(call: Call) -> Value:
    """Add up a list: of numbers to a number, of nodes to a node. Of a node it is the op."""
    value = call.args[0].value if len(call.args) == 1 and not call.named else None
    if not isinstance(value, list | tuple) or not all(is_number(part) or isinstance(part, Node) for part in value):
        return _op(call)
    from gradlab.scenario.evaluate import operate

    call.trace.budget.step(len(value))
    total: Value = 0 if not value else value[0]
    at = ast.copy_location(ast.BinOp(call.args[0].node, ast.Add(), call.args[0].node), call.node)
    for part in value[1:]:
        total = operate(call.trace, ast.Add, total, part, at)
    return total


WORD = (
    _of_one("sqrt", math.sqrt),
    _of_one("exp", math.exp),
    _of_one("log", math.log),
    _of_one("abs", abs),
    _of_many("max", max),
    _of_many("min", min),
    Word("sum", "sum(x, axis=None, keepdims=False), or sum(list)", _sum, SUM),
)
