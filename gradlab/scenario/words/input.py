"""An input: numbers that come from outside and do not change while training.

An input with a shape alone is fed from Python (`data={"x": array}`) under its name; until then it is zero. Noise in it is
drawn once: `input(randn(2, 3))`. Numbers that are written here can be dealt out as those of a file are, with the options of
`dataset`: inputs of as many rows that have equal options stay side by side.

Known as: placeholder.

Example:
    a = input(1.0)
    b = input([[0, 1], [1, 0]], batch=1)
    c = input(shape=(2, 3))
    input("d", shape=(2, 3))
    e = input(randn(2, 3))
"""

from __future__ import annotations

import ast
import re

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Filled, Node
from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.scenario import leaves
from gradlab.scenario.call import Arg, Call
from gradlab.scenario.grammar import SEPARATORS
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word, is_documented
from gradlab.scenario.words._leaves import array_of, either, shape_of
from gradlab.scenario.words._tables import FILE_OPTIONS, as_it_is, dealt_x, options_of, rows_of

PARAMETERS = {"value": None, "shape": None, **FILE_OPTIONS}
_NAMED = {"name": None, "shape": None}


def run(call: Call) -> Value:
    """Return an input of written numbers, or one of a shape that is fed later."""
    if call.args and isinstance(call.args[0].value, str):
        return _named(call)
    if len(call.args) == 1 and not call.named and _is_new_noise(call.args[0]):
        return leaves.drawn_once(call.trace, call.args[0].value)
    bound = call.bind(PARAMETERS)
    if either(call, bound, "value", "shape") == "value":
        array = array_of(call, PARAMETERS, "value", bound["value"])
        return call.trace.leaf("input", array, call.node) if as_it_is(bound) else _dealt(call, bound, array)
    if not as_it_is(bound):
        raise ArgumentError("an `input` with a shape alone has no rows yet to deal out")
    return _fed(call, bound["shape"])


def _dealt(call: Call, bound: dict[str, Value], array: Array) -> Value:
    """Return written rows in batches, or a part of them."""
    if not array.ndim:
        raise ArgumentError("a single number has no rows to deal out")
    rows = rows_of(f"input of {len(array)} rows", array.astype(np.float64))
    return dealt_x(call, rows, options_of(bound))


def _is_new_noise(arg: Arg) -> bool:
    """Whether an argument is a call of a word for noise, so that nothing else reads it."""
    return isinstance(arg.node, ast.Call) and isinstance(arg.value, Node) and arg.value.op.role == "noise"


def _named(call: Call) -> Value:
    """Return an input with a name of its own."""
    bound = call.bind(_NAMED)
    name = bound["name"]
    if not re.fullmatch(r"[^\W\d]\w*", name) or is_documented(name) or name in SEPARATORS:
        raise call.trace.wrong(
            "the name of an input is letters, digits and `_`, and no word of the language", call.args[0].node
        )
    node = _fed(call, bound["shape"])
    call.trace.names.bind(name, node, made=True)
    return node


def _fed(call: Call, written: Value) -> Value:
    shape = shape_of("input", written)
    trace = call.trace
    node = trace.add(OPS["input"], [], {}, call.node, shape=shape)
    trace.inputs.append(node)
    trace.late_feeds.append((node, lambda _: Filled(shape, 0.0, trace.dtype)))
    return node


WORD = Word("input", 'input(value), input(shape=…) or input("name", shape=…)', run, __doc__, PARAMETERS)
