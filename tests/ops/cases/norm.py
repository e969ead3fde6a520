"""Lengths over axes, by squares and by sizes."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.reductions import REFUSES, over_axes


def operands(rng: Rng) -> Iterator[Operands]:
    for order in (2, 1):
        for shapes, attrs in over_axes(empty=True)(rng):
            yield shapes, {**attrs, "ord": order}


def torch_call(torch: Any, x: Any, axis: Any = None, ord: int = 2, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    if axes == ():
        return torch.abs(x)
    return torch.linalg.vector_norm(x, ord=ord, dim=axes, keepdim=keepdims)


CASES = Cases(
    "norm",
    operands,
    torch=torch_call,
    refuses=(
        *REFUSES,
        Refusal(((2, 3),), {"ord": 3}, "`ord` is 1 or 2, got 3"),
        Refusal(((2, 3),), {"ord": True}, "`ord` is 1 or 2, got True"),
        Refusal(((2, 3),), {"ord": "fro"}, "`ord` is 1 or 2, got 'fro'"),
    ),
)
