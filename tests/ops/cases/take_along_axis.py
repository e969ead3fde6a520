"""Places in lines along every axis; some taken often and never."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((2,), (5,)), {}
    yield ((2, 4), (2, 3)), {}
    yield ((2, 4), (5, 4)), {"axis": 0}
    yield ((2, 2, 4), (2, 5, 4)), {"axis": 1}
    yield ((2, 3), (2, 0)), {}
    yield ((0, 3), (0, 2)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes[:1], low, high)
    return x, np.asarray(rng.integers(0, 2, shapes[1]), float)


def torch_call(torch: Any, x: Any, i: Any, axis: int = -1) -> Any:
    return torch.gather(x, axis, i.long())


CASES = Cases(
    "take_along_axis",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3), (3, 3)), {}, "places have the shape (2, 3) of x but for the size of axis -1, got (3, 3)"),
        Refusal(((2, 3), (2,)), {}, "places have the shape (2, 3) of x but for the size of axis -1, got (2,)"),
        Refusal(((2, 3), (2, 3)), {"axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
    ),
)
