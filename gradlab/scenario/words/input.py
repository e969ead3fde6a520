"""An input: numbers that come from outside and do not change while training.

An input with a shape alone is fed from Python (`data={"x": array}`) under its name; until then it is zero.

Known as: placeholder.

Example:
    a = input(1.0)
    b = input([[0, 1], [1, 0]])
    c = input(shape=(2, 3))
    input("d", shape=(2, 3))
"""

from __future__ import annotations

import re

import numpy as np

from gradlab.ops import OPS
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word, is_documented
from gradlab.scenario.words._leaves import array_of, either, shape_of

PARAMETERS = {"value": None, "shape": None}
_NAMED = {"name": None, "shape": None}


def run(call: Call) -> Value:
    """Return an input of written numbers, or one of a shape that is fed later."""
    if call.args and isinstance(call.args[0].value, str):
        return _named(call)
    bound = call.bind(PARAMETERS)
    if either(call, bound, "value", "shape") == "value":
        return call.trace.leaf("input", array_of(call, PARAMETERS, "value", bound["value"]), call.node)
    return _fed(call, bound["shape"])


def _named(call: Call) -> Value:
    """Return an input with a name of its own."""
    bound = call.bind(_NAMED)
    name = bound["name"]
    if not re.fullmatch(r"[^\W\d]\w*", name) or is_documented(name):
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
    trace.late_feeds.append((node, lambda _: _zeros(trace.dtype, shape)))
    return node


def _zeros(dtype: str, shape: tuple[int, ...]) -> Value:
    from gradlab.graph.graph import Fixed

    return Fixed(np.zeros(shape, dtype))


WORD = Word("input", 'input(value), input(shape=…) or input("name", shape=…)', run, __doc__, PARAMETERS)
