"""A constant: numbers that never change.

value: a number or lists of numbers.   shape, fill: or one number in every place of a shape.

Known as: tensor; array; asarray; as_tensor; zeros_like: const(shape=x.shape, fill=0); ones_like: const(shape=x.shape, fill=1);
full: const(shape=(2, 3), fill=7).

Example:
    half = const(0.5)
    a = const([1, 2, 3])
    h, one = const(shape=(8, 32)), const(shape=3, fill=1)
"""

from __future__ import annotations

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Fixed
from gradlab.ops import OPS
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import array_of, either, shape_of

PARAMETERS = {"value": None, "shape": None, "fill": 0}


def run(call: Call) -> Value:
    """Return a constant of written numbers, or of a shape filled with one number."""
    bound = call.bind(PARAMETERS)
    if either(call, bound, "value", "shape") == "value":
        return call.trace.leaf("const", array_of(call, PARAMETERS, "value", bound["value"]), call.node)
    if not is_number(bound["fill"]):
        raise ArgumentError(f"`fill` of `const` is a number, got {kind_of(bound['fill'])}")
    shape = shape_of("const", bound["shape"])
    node = call.trace.add(OPS["const"], [], {}, call.node, shape=shape)
    # Only now: the size is known to be allowed (test_a_constant_of_a_thousand_million_numbers_is_refused).
    node.feed = Fixed(np.full(shape, bound["fill"], call.trace.dtype))
    return node


WORD = Word("const", "const(value) or const(shape=…, fill=0)", run, __doc__, PARAMETERS)
