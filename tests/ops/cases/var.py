"""Spreads over axes."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.reductions import REFUSES, over_axes, several


def torch_call(torch: Any, x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    if ddof:
        return torch.var(x, dim=axes, keepdim=keepdims, correction=ddof)
    return ((x - x.mean(dim=axes, keepdim=True)) ** 2).mean(dim=axes, keepdim=keepdims)


def operands(rng: Rng) -> Iterator[Operands]:
    yield from several(over_axes(empty=False))(rng)
    yield ((3, 4),), {"ddof": 1}
    yield ((3, 4),), {"axis": 0, "ddof": 2}
    yield ((2, 3, 4),), {"axis": (0, 2), "keepdims": True, "ddof": 1}


CASES = Cases(
    "var",
    operands,
    torch=torch_call,
    refuses=(
        *REFUSES,
        Refusal(((2, 3),), {"ddof": -1}, "`ddof` is a whole number from 0, got -1"),
        Refusal(((2, 3),), {"ddof": True}, "`ddof` is a whole number from 0, got True"),
    ),
)
