"""Operands that all ops over axes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from gradlab.op import Shape
from tests.ops.casebook import Operands, Refusal, Rng

REFUSES = (
    Refusal(((2, 3),), {"axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
    Refusal(((),), {"axis": 0}, "shape () has no axis 0: allowed are none, it is one number"),
    Refusal(((2, 3),), {"axis": (0, -2)}, "`axis` names an axis twice: (0, -2) of shape (2, 3)"),
    Refusal(((2, 3),), {"axis": 0.5}, "`axis` is a whole number, got 0.5"),
    Refusal(((2, 3),), {"keepdims": 1}, "`keepdims` is True or False, got 1"),
    Refusal(
        ((2,) * 6,),
        {"axis": (0, 2, 4)},
        "axes (0, 2, 4) of shape (2, 2, 2, 2, 2, 2) alternate with too many others: reduce some of them first",
    ),
)


def over_axes(empty: bool) -> Callable[[Rng], Iterator[Operands]]:
    """Make operands with every kind of axis; `empty`: also some in which nothing is reduced to a number."""

    def operands(rng: Rng) -> Iterator[Operands]:
        yield ((),), {}
        yield ((5,),), {}
        yield ((3, 4),), {}
        yield ((1, 4),), {"axis": 0}
        yield ((3, 4),), {"axis": 1, "keepdims": True}
        yield ((2, 3, 4),), {"axis": (0, 2)}
        yield ((2, 3, 2, 3),), {"axis": (1, 3)}
        yield ((2, 2, 2, 2, 2),), {"axis": (0, 2, 4), "keepdims": True}
        yield ((2, 3, 2),), {"axis": ()}
        yield ((0, 3),), {"axis": 1}
        for _ in range(3):
            shape = tuple(int(n) for n in rng.integers(1, 5, 3))
            yield (shape,), {"axis": int(rng.integers(-3, 3)), "keepdims": bool(rng.random() < 0.5)}
        if empty:
            yield ((0, 3),), {"axis": 0}
            yield ((2, 0),), {}

    return operands


def torch_over(name: str) -> Callable[..., Any]:
    """Make the call of PyTorch's function over all axes, one or several."""

    def call(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axes = tuple(range(x.ndim)) if axis is None else axis
        return getattr(torch, name)(x, dim=axes, keepdim=keepdims) if axes != () else x + 0.0

    return call


def several(operands: Callable[[Rng], Iterator[Operands]]) -> Callable[[Rng], Iterator[Operands]]:
    """Leave out operands in which one element, or none, makes a mean: it has no spread, and its root no slope."""

    def chosen(rng: Rng) -> Iterator[Operands]:
        for shapes, attrs in operands(rng):
            if _reduced(shapes[0], attrs.get("axis")) > 1:
                yield shapes, attrs

    return chosen


def _reduced(shape: Shape, axis: Any) -> int:
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    return prod(shape[a] for a in axes)
