"""Operations as functions of expressions: their own formulas, on arrays that stand in no graph.

Those that work number by number can stand there, `sigmoid(x)`, those along one axis, `softmax(x, axis=1)`, and losses,
`cross_entropy(x, t)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import bind
from gradlab.errors import ArgumentError, BoundError, ShapeError
from gradlab.op import Array, Op
from gradlab.scenario.bounds import MAX_ELEMENTS

ROLES = ("activation", "arithmetic", "compare", "reduce")
MOST = 1_000_000
"""Elements that an op along an axis takes here: without kernels that is about a second."""


def stands_in_expressions(op: Op) -> bool:
    """Return whether an op is a function of expressions, too."""
    alone = op.role in ROLES and not op.variadic and not op.is_leaf
    return op.has_terms or (alone and (op.kind == "elementwise" or "axis" in op.attrs))


def run_op(op: Op, args: Sequence[Any], named: dict[str, Any]) -> Any:
    """Return what an op gives for arrays, and for static arguments by place or by name.

    float32 stays float32 where no operand is wider. Raises ArgumentError, BoundError.
    """
    bound = bind(op.name, op.parameters, args, named)
    arrays = [_real(bound[letter]) for letter in op.inputs if bound[letter] is not None]
    attrs = {name: _plain(bound[name]) for name in op.attrs}
    op = op.taking(len(arrays))
    try:
        shape = op.shape(tuple(array.shape for array in arrays), attrs)
    except ShapeError as error:
        raise ArgumentError(f"`{op.name}`: {error}") from None
    if prod(shape) > MAX_ELEMENTS:
        raise BoundError(f"the result would have {prod(shape):,} elements, allowed are {MAX_ELEMENTS:,}")
    if op.kind == "elementwise":
        assert op.forward is not None
        return np.asarray(op.forward(*arrays, *(float(attrs[name]) for name in op.floats)))
    return _along(op, arrays, attrs, shape)


def _along(op: Op, arrays: Sequence[Array], attrs: dict[str, Any], shape: tuple[int, ...]) -> Array:
    assert op.plan is not None and op.forward is not None
    size = max(prod(shape), *(array.size for array in arrays))
    if size > MOST:
        raise BoundError(
            f"`{op.name}` of {size:,} elements in an expression: allowed are {MOST:,}; make it a node of the model"
        )
    dtype = np.result_type(*arrays)
    plan, z = op.plan(tuple(array.shape for array in arrays), shape, attrs), np.empty(shape, dtype)
    views = [np.ascontiguousarray(a, dtype).reshape(view) for a, view in zip((*arrays, z), plan.views, strict=True)]
    scratch = (np.zeros(plan.scratch, dtype),) if op.scratch else ()
    op.forward(*views[:-1], *(None for _ in op.absent), views[-1], *plan.ints, *plan.floats, *scratch)
    return views[-1].reshape(shape)


def _real(value: Any) -> Array:
    array = np.asarray(value)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _plain(value: Any) -> Any:
    """Return a static argument as a model gives it: a number of Python, or what is none as it is."""
    return value.item() if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0 else value
