"""Cut a node into equal parts along an axis: each part is a slice, a node of its own.

i, f, o, g = split(z, 4, axis=1)
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.op import REQUIRED
from gradlab.ops import OPS
from gradlab.scenario.calls import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word

MAX_PARTS = 10_000
PARAMETERS = {"x": REQUIRED, "parts": REQUIRED, "axis": 0}


def run(call: Call) -> Value:
    """Give the parts as a list of nodes."""
    bound = call.bind(PARAMETERS)
    x = call.trace.node(bound["x"], call.place(PARAMETERS, "x"))
    parts, rank = whole("split", "parts", bound["parts"], high=MAX_PARTS), len(x.shape)
    axis = whole("split", "axis", bound["axis"], -rank, rank - 1) % rank if rank else 0
    if not rank or x.shape[axis] % parts:
        raise call.trace.shape_problem(
            f"cannot cut shape {x.shape} into {parts} equal parts along axis {axis}", "split", [x], call.node
        )
    size = x.shape[axis] // parts
    before = (slice(None),) * axis
    keys = [(*before, slice(i * size, (i + 1) * size)) for i in range(parts)]
    return [call.trace.add(OPS["index"], [x], {"key": key}, call.node) for key in keys]


WORD = Word("split", "split(x, parts, axis=0)", run, __doc__)
