"""The place of the smallest, along an axis and over all."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((),), {}
    yield ((5,),), {}
    yield ((3, 4),), {"axis": 0}
    yield ((3, 4),), {"axis": -1, "keepdims": True}
    yield ((2, 3, 4),), {"axis": 1}
    yield ((2, 3, 4),), {"keepdims": True}
    yield ((0, 3),), {"axis": 1}


def torch_call(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return torch.argmin(x, dim=axis, keepdim=keepdims).double()


CASES = Cases(
    "argmin",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
        Refusal(((2, 3),), {"axis": (0, 1)}, "`axis` is a whole number, got (0, 1)"),
        Refusal(((0, 3),), {"axis": 0}, "`argmin` over axis 0 of shape (0, 3): nothing has no smallest element"),
        Refusal(((0,),), {}, "`argmin` over axis None of shape (0,): nothing has no smallest element"),
        Refusal(((2, 3),), {"keepdims": 1}, "`keepdims` is True or False, got 1"),
    ),
)
