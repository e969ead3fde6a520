"""Parts of a node along an axis: so many equal ones, or by a list of sizes. Each part is a slice, a node of its own.

Known as: chunk.

Example:
    z = input(shape=(5, 20))
    i, f, o, g = split(z, 4, axis=1)
    mu, logvar = split(z, [12, 8], axis=1)
"""

from __future__ import annotations

from itertools import accumulate

from gradlab.arguments import REQUIRED, whole
from gradlab.graph.graph import Node
from gradlab.manual import usage
from gradlab.ops import OPS
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word

MAX_PARTS = 10_000
PARAMETERS = {"x": REQUIRED, "parts": REQUIRED, "axis": 0}


def run(call: Call) -> Value:
    """Return the parts as a list of nodes."""
    bound = call.bind(PARAMETERS)
    x = call.trace.node(bound["x"], call.place(PARAMETERS, "x"))
    rank = len(x.shape)
    axis = whole("split", "axis", bound["axis"], -rank, rank - 1) % rank if rank else 0
    parts = bound["parts"]
    sizes = _listed(call, x, parts, axis) if isinstance(parts, list | tuple) else _equal(call, x, parts, axis)
    before = (slice(None),) * axis
    keys = [(*before, slice(end - size, end)) for size, end in zip(sizes, accumulate(sizes), strict=True)]
    return [call.trace.add(OPS["index"], [x], {"key": key}, call.node) for key in keys]


def _equal(call: Call, x: Node, parts: Value, axis: int) -> list[int]:
    count = whole("split", "parts", parts, high=MAX_PARTS)
    if not x.shape or x.shape[axis] % count:
        raise call.trace.shape_problem(
            f"cannot cut shape {x.shape} into {count} equal parts along axis {axis}", "split", [x], call.node
        )
    return [x.shape[axis] // count] * count


def _listed(call: Call, x: Node, parts: Value, axis: int) -> list[int]:
    sizes = [whole("split", "parts", size, 0, 1 << 40) for size in parts[: MAX_PARTS + 1]]
    if not x.shape or sum(sizes) != x.shape[axis] or not 1 <= len(sizes) <= MAX_PARTS:
        raise call.trace.shape_problem(
            f"cannot cut shape {x.shape} into parts of {list(sizes[:8])} along axis {axis}: they are to add up to its size",
            "split", [x], call.node,
        )  # fmt: skip
    return sizes


WORD = Word("split", usage("split", PARAMETERS), run, __doc__, PARAMETERS)
