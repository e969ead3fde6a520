"""Lines along every axis, both ways."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((5,),), {}
    yield ((1,),), {"axis": 0}
    yield ((3, 4),), {}
    yield ((3, 4),), {"axis": 0}
    yield ((2, 3, 4),), {"axis": 1}
    yield ((2, 3, 4),), {"axis": -3}
    yield ((0, 3),), {"axis": 0}
    yield ((3, 0),), {"axis": 0}
    yield ((2, 3, 4),), {"axis": 1, "descending": True}
    yield ((17,),), {"descending": True}


def torch_call(torch: Any, x: Any, axis: int = -1, descending: bool = False) -> Any:
    return torch.argsort(x, dim=axis, descending=descending, stable=True).double()


CASES = Cases(
    "argsort",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
        Refusal(((2, 3),), {"axis": 0.5}, "`axis` is a whole number, got 0.5"),
        Refusal(((2, 3),), {"descending": 1}, "`descending` is True or False, got 1"),
    ),
)
