"""Matrices and stacks, every diagonal."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for k in range(-4, 5):
        yield ((3, 4),), {"k": k}
        yield ((4, 2),), {"k": k}
    yield ((2, 2, 3, 3),), {}
    yield ((0, 3),), {}
    yield ((3, 0),), {"k": 9}


def torch_call(torch: Any, x: Any, k: int = 0) -> Any:
    return torch.triu(x, k)


CASES = Cases(
    "triu",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((3,),), {}, "the last two axes are a matrix, got shape (3,)"),
        Refusal(((3, 3),), {"k": 0.5}, "`k` is the whole number of a diagonal, got 0.5"),
    ),
)
