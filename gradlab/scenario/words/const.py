"""A constant: numbers that never change.

value: a number or lists of numbers.   shape, fill: or one number in every place of a shape.   shape, init: or numbers that are
drawn once, as those of a parameter are.

Known as: tensor; array; asarray; as_tensor; zeros_like: const(shape=x.shape, fill=0); ones_like: const(shape=x.shape, fill=1);
full: const(shape=(2, 3), fill=7).

Example:
    half = const(0.5)
    a = const([1, 2, 3])
    h, one = const(shape=(8, 32)), const(shape=3, fill=1)
    directions = const(shape=(4, 16), init=normal(0.5))
"""

from __future__ import annotations

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Filled
from gradlab.nn.initializers import Drawn
from gradlab.ops import OPS
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import array_of, either, initializer, shape_of

PARAMETERS = {"value": None, "shape": None, "fill": None, "init": None}


def run(call: Call) -> Value:
    """Return a constant of written numbers, or of a shape filled with one number."""
    bound = call.bind(PARAMETERS)
    if either(call, bound, "value", "shape") == "value":
        if bound["init"] is not None:
            raise call.trace.wrong("`init` goes with `shape`: the value is given", call.place(PARAMETERS, "init"))
        return call.trace.leaf("const", array_of(call, PARAMETERS, "value", bound["value"]), call.node)
    if bound["init"] is not None:
        return _drawn(call, bound)
    fill = 0 if bound["fill"] is None else bound["fill"]
    if not is_number(fill):
        raise ArgumentError(f"`fill` of `const` is a number, got {kind_of(fill)}")
    shape = shape_of("const", bound["shape"])
    node = call.trace.add(OPS["const"], [], {}, call.node, shape=shape)
    node.feed = Filled(shape, fill, call.trace.dtype)
    return node


def _drawn(call: Call, bound: dict[str, Value]) -> Value:
    """Return a constant whose numbers are drawn once."""
    if bound["fill"] is not None:
        raise call.trace.wrong("`const` takes `fill` or `init`, got both", call.place(PARAMETERS, "fill"))
    init = initializer(call, PARAMETERS, bound["init"])
    if init.by_data:
        message = f"`{init.name}` asks the data, and is for parameters"
        raise call.trace.wrong(message, call.place(PARAMETERS, "init"))
    shape = shape_of("const", bound["shape"])
    node = call.trace.add(OPS["const"], [], {}, call.node, shape=shape)
    call.trace.late_feeds.append((node, lambda key: Drawn(init, shape, key)))
    return node


WORD = Word("const", "const(value), const(shape=…, fill=0) or const(shape=…, init=normal)", run, __doc__, PARAMETERS)
