"""Axes in every order."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((),), {}
    yield ((3,),), {}
    yield ((2, 3),), {}
    yield ((1, 3),), {}
    yield ((0, 3),), {}
    yield ((2, 3, 4),), {"axes": (1, 0, 2)}
    yield ((2, 3, 2, 2),), {"axes": (-1, 0, 2, 1)}
    yield ((2, 3, 1, 2, 2, 2),), {}


def torch_call(torch: Any, x: Any, axes: Any = None) -> Any:
    return x.permute(tuple(range(x.ndim))[::-1] if axes is None else axes)


def large(elements: int) -> Iterator[Operands]:
    side = int(elements**0.5)
    yield ((side, side),), {}
    yield ((elements // 16384, 64, 8, 32),), {"axes": (0, 2, 1, 3)}


CASES = Cases(
    "transpose",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"axes": (0, 0)}, "`axes` names each of the 2 axes of (2, 3) once, got (0, 0)"),
        Refusal(((2, 3),), {"axes": (0, 2)}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
        Refusal(((2, 3),), {"axes": "ab"}, "`axes` holds whole numbers, got 'ab'"),
    ),
)
