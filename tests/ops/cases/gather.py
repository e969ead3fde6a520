"""Tables of numbers, of rows and of matrices; rows taken often and never."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((5,), (3,)), {}
    yield ((4, 3), (6,)), {}
    yield ((4, 3), ()), {}
    yield ((4, 3), (2, 3)), {}
    yield ((3, 2, 2), (4,)), {}
    yield ((4, 3), (0,)), {}
    yield ((4, 0), (2,)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes[:1], low, high)
    return x, np.asarray(rng.integers(0, shapes[0][0], shapes[1]), float)


def torch_call(torch: Any, x: Any, i: Any) -> Any:
    return x[i.long()]


def large(elements: int) -> Iterator[Operands]:
    yield ((1000, 64), (elements // 64,)), {}


CASES = Cases(
    "gather",
    operands,
    fill=fill,
    large=large,
    torch=torch_call,
    refuses=(Refusal(((), (3,)), {}, "`gather` takes rows of a table, got one number"),),
)
