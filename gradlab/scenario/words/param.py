"""A parameter: numbers that training changes.

value: a number or lists of numbers.   shape, init: or a shape, drawn as an initializer says, by default `xavier`.

Known as: Parameter.

Example:
    w = param(2.0)
    W = param([[1, 2], [3, 4]])
    V = param(shape=(4, 5), init=he)
"""

from __future__ import annotations

from gradlab.nn.initializers import INITIALIZERS
from gradlab.scenario import leaves
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import array_of, either, initializer, shape_of

PARAMETERS = {"value": None, "shape": None, "init": None}


def run(call: Call) -> Value:
    """Return a parameter of written numbers, or of a shape with values drawn as `init` says (`xavier` if it does not)."""
    bound = call.bind(PARAMETERS)
    if either(call, bound, "value", "shape") == "value":
        if bound["init"] is not None:
            raise call.trace.wrong("`init` goes with `shape`: the value is given", call.place(PARAMETERS, "init"))
        array = array_of(call, PARAMETERS, "value", bound["value"])
        return leaves.again(call.trace, "param", array.shape) or leaves.written(call.trace, array, call.node)
    init = initializer(call, PARAMETERS, bound["init"]) if bound["init"] is not None else INITIALIZERS["xavier"]
    shape = shape_of("param", bound["shape"])
    return leaves.again(call.trace, "param", shape) or leaves.parameter(call.trace, shape, init, call.node)


WORD = Word("param", "param(value) or param(shape=…, init=xavier)", run, __doc__, PARAMETERS)
