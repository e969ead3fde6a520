"""Operations as functions of expressions: their own formulas, on arrays that stand in no graph.

`sigmoid(x)`, `softmax(x, axis=1)`, `cross_entropy(x, t, reduction="none")`, `reshape(x, (2, -1))`, `concat([x, y])`: whatever a
model can call with arrays alone. What is drawn by chance, lets no gradient through or belongs to the update is for models only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import bind
from gradlab.errors import ArgumentError, BoundError, ShapeError
from gradlab.graph.steps import goes_number_by_number
from gradlab.op import Array, Op
from gradlab.scenario.bounds import check_elements
from gradlab.scenario.effort import FORMULA, LOOP, spend

APART = ("mask", "stop", "update")
"""Roles of ops that mean nothing without a run: chance, the way of a gradient, the update."""
MOST = 1_000_000
"""Elements, or multiplications, that an op on arrays takes here: without kernels that is about a second."""


def stands_in_expressions(op: Op) -> bool:
    """Return whether an op is a function of expressions, too."""
    return not op.is_leaf and op.role not in APART


def run_op(op: Op, args: Sequence[Any], named: dict[str, Any]) -> Any:
    """Return what an op gives for arrays, and for static arguments by place or by name.

    float32 stays float32 where no operand is wider. Raises ArgumentError, BoundError.
    """
    bound = bind(op.name, op.parameters, args, named)
    if bound.get("sample_weights") is not None:
        raise ArgumentError(f'`sample_weights` is for models; here it is `sum(w * {op.name}(…, reduction="none")) / sum(w)`')
    arrays = _operands(op, bound)
    attrs = {name: _plain(bound[name]) for name in op.attrs}
    op = op if op.variadic else op.taking(len(arrays))
    try:
        shape = op.shape(tuple(array.shape for array in arrays), attrs)
    except ShapeError as error:
        raise ArgumentError(f"`{op.name}`: {error}") from None
    check_elements(prod(shape))
    if op.kind == "elementwise":
        assert op.forward is not None
        spend(prod(shape) * FORMULA)
        return np.asarray(op.forward(*arrays, *(float(attrs[name]) for name in op.floats)))
    return _along(op, arrays, attrs, shape)


def _operands(op: Op, bound: dict[str, Any]) -> list[Array]:
    """Return the arrays of a call. Raises ArgumentError."""
    if not op.variadic:
        return [_real(bound[letter]) for letter in op.inputs if bound[letter] is not None]
    given = bound[op.inputs[0].rstrip("*")]
    if not isinstance(given, list):
        raise ArgumentError(f"`{op.name}` takes a list: `{op.name}([x, y])`")
    return [_real(value) for value in given]


def _along(op: Op, arrays: Sequence[Array], attrs: dict[str, Any], shape: tuple[int, ...]) -> Array:
    assert op.plan is not None and op.forward is not None
    size = max([prod(shape), *(array.size for array in arrays)])
    work = size if op.work is None else op.work(tuple(array.shape for array in arrays), shape, attrs)
    if max(size, work) > MOST:
        what = f"{size:,} elements" if size > MOST else f"{work:,} multiplications"
        raise BoundError(f"`{op.name}` of {what} in an expression: allowed are {MOST:,}; make it a node of the model")
    spend(max(size, work) * (LOOP if goes_number_by_number(op) else 1))
    dtype = np.result_type(*arrays)
    plan, z = op.plan(tuple(array.shape for array in arrays), shape, attrs), np.empty(shape, dtype)
    views = [np.ascontiguousarray(a, dtype).reshape(view) for a, view in zip((*arrays, z), plan.views, strict=True)]
    scratch = (np.zeros(plan.scratch, dtype),) if op.scratch else ()
    if op.variadic:
        starts = accumulate((view.shape[1] for view in views[:-1]), initial=0)
        for view, start in zip(views[:-1], starts, strict=False):
            op.forward(view, views[-1], start, *plan.ints, *plan.floats)
    else:
        op.forward(*views[:-1], *(None for _ in op.absent), views[-1], *plan.ints, *plan.floats, *scratch)
    return views[-1].reshape(shape)


def _real(value: Any) -> Array:
    array = np.asarray(value)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _plain(value: Any) -> Any:
    """Return a static argument as a model gives it: a number of Python, whole ones as int, a tuple of them, or what it is."""
    if not isinstance(value, np.ndarray | np.generic):
        return value
    if np.ndim(value):
        return tuple(_plain(part) for part in np.asarray(value))
    number = value.item()
    return int(number) if isinstance(number, float) and number.is_integer() else number
