"""Moves along an axis and of the whole, by more than there is, too."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((5,),), {"shift": 2}
    yield ((1,),), {"shift": 2, "axis": 0}
    yield ((3, 4),), {"shift": 2}
    yield ((3, 4),), {"shift": 2, "axis": 0}
    yield ((2, 3, 4),), {"shift": 2, "axis": 1}
    yield ((2, 3, 4),), {"shift": 2, "axis": -3}
    yield ((0, 3),), {"shift": 2, "axis": 0}
    yield ((3, 0),), {"shift": 2, "axis": 0}
    yield ((2, 3),), {"shift": -1}
    yield ((2, 3),), {"shift": 7, "axis": 1}
    yield ((2, 3),), {"shift": 0, "axis": 1}
    yield ((),), {"shift": 1}
    yield ((0,),), {"shift": 1}


def torch_call(torch: Any, x: Any, shift: int, axis: Any = None) -> Any:
    return torch.roll(x, shift, dims=axis) if x.ndim else x + 0


CASES = Cases(
    "roll",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"shift": 1, "axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
        Refusal(((2, 3),), {"shift": 1, "axis": 0.5}, "`axis` is a whole number, got 0.5"),
        Refusal(((2, 3),), {"shift": 0.5}, "`shift` is a whole number, got 0.5"),
    ),
)
