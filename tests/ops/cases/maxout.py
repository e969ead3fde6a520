"""Pieces of one and more."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((6,),), {}
    yield ((3, 8),), {"pieces": 4}
    yield ((2, 3, 6),), {"pieces": 3}
    yield ((2, 3),), {"pieces": 1}
    yield ((0, 4),), {}
    yield ((3, 0),), {"pieces": 3}


def torch_call(torch: Any, x: Any, pieces: int = 2) -> Any:
    return torch.amax(x.reshape(*x.shape[:-1], x.shape[-1] // pieces, pieces), dim=-1)


CASES = Cases(
    "maxout",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {}, "`maxout` takes groups of 2 along the last axis, got shape (2, 3)"),
        Refusal(((),), {}, "`maxout` takes groups of 2 along the last axis, got shape ()"),
        Refusal(((2, 4),), {"pieces": 0}, "`pieces` is a whole number of 1 or more, got 0"),
        Refusal(((2, 4),), {"pieces": 1.5}, "`pieces` is a whole number of 1 or more, got 1.5"),
    ),
)
