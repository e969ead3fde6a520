"""All axes, one and two."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((),), {}
    yield ((4,),), {}
    yield ((2, 3),), {}
    yield ((2, 3),), {"axis": 0}
    yield ((2, 1, 3),), {"axis": (0, -1)}
    yield ((0, 3),), {}


def torch_call(torch: Any, x: Any, axis: Any = None) -> Any:
    return torch.flip(x, tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else axis)


CASES = Cases(
    "flip",
    operands,
    torch=torch_call,
    refuses=(Refusal(((2, 3),), {"axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),),
)
