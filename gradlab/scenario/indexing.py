"""Lists between brackets: `x[[0, 2]]` takes rows, `x[:, [True, False]]` keeps columns, as in NumPy.

Of a model each becomes a `gather`: of the rows, or of single numbers of the array seen as one list. What a list takes twice
gets the sum of both gradients.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.op import Array, Shape
from gradlab.ops import OPS
from gradlab.scenario.keys import checked, size_of
from gradlab.scenario.tracing import Trace
from gradlab.scenario.values import Data, Value, kind_of, numbers_of

_NODE = "`gather(x, i)` takes rows by the numbers of a node, `where(mask, x, 0)` keeps what a mask says"
LISTED = (list, tuple, range)


def has_lists(key: Value) -> bool:
    """Return whether a key picks places one by one; a tuple alone is an index for each axis."""
    return any(isinstance(part, LISTED) for part in _parts(key))


def refuse_nodes(trace: Trace, key: Value, at: ast.expr) -> None:
    """Raise Wrong for a node in a key: its numbers are not known before the run. Elements of lists count as steps."""
    waiting = list(_parts(key))
    while waiting:
        part = waiting.pop()
        if isinstance(part, Node | Data):
            raise trace.wrong("an index is known before the run, got a node", at, _NODE)
        if isinstance(part, slice):
            waiting += [part.start, part.stop, part.step]
        elif isinstance(part, LISTED):
            trace.budget.step(len(part))
            waiting += () if isinstance(part, range) else part


def take(trace: Trace, x: Node, key: Value, at: ast.expr) -> Node:
    """Append what a key with lists in it takes of a node. Raises Wrong, Exhausted."""
    try:
        parts = checked([_array(part) if isinstance(part, LISTED) else part for part in _parts(key)], x.shape)
    except ArgumentError as error:
        raise trace.shape_problem(str(error), "index", [x], at) from None
    if _takes_rows(parts):
        trace.budget.check(2 * trace.itemsize * parts[0].size * prod(x.shape[1:]))
        return trace.add(OPS["gather"], [x, _numbers(trace, parts[0] % max(1, x.shape[0]), at)], {}, at)
    trace.budget.check(2 * trace.itemsize * size_of(parts, x.shape))
    places = _places(parts, x.shape)
    flat = trace.add(OPS["reshape"], [x], {**OPS["reshape"].attrs, "shape": (x.size,)}, at)
    return trace.add(OPS["gather"], [flat, _numbers(trace, places, at)], {}, at)


def _parts(key: Value) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _array(value: Value) -> Array:
    """Return a list of whole numbers, or of True and False, as an array. Raises ArgumentError."""
    waiting, kinds = [value], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, LISTED):
            waiting += part
        else:
            kinds.add(type(part))
            if not isinstance(part, int):
                raise ArgumentError(f"a list that is an index holds whole numbers, or True and False, got {kind_of(part)}")
    if len(kinds) > 1:
        raise ArgumentError("a list that is an index holds whole numbers, or True and False, not both")
    return numbers_of(value, "float64").astype(np.bool_ if kinds == {bool} else np.int64)


def _takes_rows(parts: Sequence[Any]) -> bool:
    """Return whether a key is one list for the first axis, and all of the others."""
    return isinstance(parts[0], np.ndarray) and all(isinstance(part, slice) and part == slice(None) for part in parts[1:])


def _places(parts: Sequence[Any], shape: Shape) -> Array:
    """Return the flat places that a key takes; no array as large as the one that is indexed is made."""
    places = np.zeros((), np.int64)
    for axis, n in enumerate(shape):
        along = np.arange(n).reshape(-1, *(1,) * (len(shape) - axis - 1))
        places = places + np.broadcast_to(along, shape)[tuple(parts)] * prod(shape[axis + 1 :])
    return places


def _numbers(trace: Trace, places: Array, at: ast.expr) -> Node:
    """Return the constant that holds places. Raises Wrong where the dtype cannot count so far."""
    numbers = places.astype(trace.dtype)
    if not np.array_equal(numbers.astype(np.int64), places):
        raise trace.wrong(f"place {int(places.max()):,} is no number of {trace.dtype}: it counts to 16,777,216", at)
    return trace.leaf("const", numbers, at)
