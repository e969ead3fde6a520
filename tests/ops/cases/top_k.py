"""Lines along every axis; none, some and all of their elements."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng, all_different


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((5,),), {"k": 2}
    yield ((1,),), {"k": 1, "axis": 0}
    yield ((3, 4),), {"k": 4}
    yield ((3, 4),), {"k": 1, "axis": 0}
    yield ((2, 3, 4),), {"k": 2, "axis": 1}
    yield ((2, 3, 4),), {"k": 1, "axis": -3}
    yield ((3,),), {"k": 0}
    yield ((0, 3),), {"k": 0, "axis": 0}
    yield ((3, 0),), {"k": 2, "axis": 0}


def torch_call(torch: Any, x: Any, k: int, axis: int = -1) -> Any:
    return torch.topk(x, k, dim=axis).values


CASES = Cases(
    "top_k",
    operands,
    torch=torch_call,
    jump=0.03,
    upstream=all_different,
    refuses=(
        Refusal(((2, 3),), {"k": 1, "axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
        Refusal(((2, 3),), {"k": 1, "axis": 0.5}, "`axis` is a whole number, got 0.5"),
        Refusal(((2, 3),), {"k": 4}, "`k` is a whole number from 0 to 3, the size of axis -1 of shape (2, 3), got 4"),
        Refusal(((2, 3),), {"k": -1}, "`k` is a whole number from 0 to 3, the size of axis -1 of shape (2, 3), got -1"),
        Refusal(((2, 3),), {"k": 1.0}, "`k` is a whole number from 0 to 3, the size of axis -1 of shape (2, 3), got 1.0"),
    ),
)
