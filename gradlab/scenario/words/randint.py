"""Random whole numbers, others in every update, the same for the same seed.

low, high: from low to high - 1, all alike probable. They are at most 16,777,216 from 0, so that float32 has each of them.
shape: of the leaf; one number without it. Class numbers of other probabilities are drawn by `sample`.

Known as: random_integers.

Example:
    table = param(shape=(10, 4))
    row = gather(table, randint(0, 10, 3))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED, whole
from gradlab.errors import ArgumentError
from gradlab.graph.random import Integers
from gradlab.manual import usage
from gradlab.ops import OPS
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import shape_of

LARGEST = 2**24
PARAMETERS = {"low": REQUIRED, "high": REQUIRED, "shape": ()}


def run(call: Call) -> Value:
    """Return a leaf of whole numbers."""
    bound = call.bind(PARAMETERS)
    low, high = (whole("randint", name, bound[name], -LARGEST, LARGEST) for name in ("low", "high"))
    if low >= high:
        raise ArgumentError(f"`low` of `randint` is less than `high`, got {low} and {high}")
    shape = shape_of("randint", bound["shape"])
    node = call.trace.add(OPS["noise"], [], {}, call.node, shape=shape)
    call.trace.late_feeds.append((node, lambda key: Integers(shape, key, low, high)))
    return node


WORD = Word("randint", usage("randint", PARAMETERS), run, __doc__, PARAMETERS)
