"""Shapes, with and without a size to be worked out."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((6,),), {"shape": (2, 3)}
    yield ((2, 3, 2),), {"shape": (-1, 4)}
    yield ((1,),), {"shape": ()}
    yield ((),), {"shape": (1, 1)}
    yield ((2, 3),), {"shape": -1}
    yield ((0, 3),), {"shape": (5, 0)}


def torch_call(torch: Any, x: Any, shape: Any) -> Any:
    return x.reshape(shape)


CASES = Cases(
    "reshape",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"shape": (4,)}, "cannot reshape (2, 3), which has 6 elements, to (4,)"),
        Refusal(((2, 3),), {"shape": (4, -1)}, "cannot reshape (2, 3), which has 6 elements, to (4, -1)"),
        Refusal(((2, 3),), {"shape": (-1, -1)}, "`shape` has sizes of 0 or more and at most one -1, got (-1, -1)"),
        Refusal(((2, 3),), {"shape": (-2, -3)}, "`shape` has sizes of 0 or more and at most one -1, got (-2, -3)"),
        Refusal(((2, 3),), {"shape": 2.5}, "`shape` holds whole numbers, got 2.5"),
    ),
)
