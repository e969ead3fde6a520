"""Lines along every axis."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4,),), {}
    yield ((1,),), {}
    yield ((3, 4),), {}
    yield ((3, 4),), {"axis": 0}
    yield ((2, 3, 4),), {"axis": 1}
    yield ((0, 3),), {}
    yield ((2, 0),), {}


def torch_call(torch: Any, x: Any, axis: int = -1) -> Any:
    return torch.log_softmax(x, dim=axis)


CASES = Cases(
    "log_softmax",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((),), {}, "shape () has no axis -1: allowed are none, it is one number"),
        Refusal(((2, 3),), {"axis": -3}, "shape (2, 3) has no axis -3: allowed are -2 to 1"),
    ),
)
