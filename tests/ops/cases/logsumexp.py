"""Lines along every axis."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4,),), {}
    yield ((1,),), {}
    yield ((3, 4),), {"keepdims": True}
    yield ((3, 4),), {"axis": 0}
    yield ((2, 3, 4),), {"axis": 1}
    yield ((0, 3),), {}
    yield ((2, 0),), {}


def torch_call(torch: Any, x: Any, axis: int = -1, keepdims: bool = False) -> Any:
    return torch.logsumexp(x, dim=axis, keepdim=keepdims)


CASES = Cases(
    "logsumexp",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"axis": None}, "`axis` is a whole number, got None"),
        Refusal(((2, 3),), {"axis": -3}, "shape (2, 3) has no axis -3: allowed are -2 to 1"),
    ),
)
