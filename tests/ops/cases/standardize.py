"""Numbers of batches, with means and variances of their channels."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4, 3), (3,), (3,)), {}
    yield ((2, 3, 4), (3, 1), (3, 1)), {"eps": 0.5}
    yield ((2, 2, 2, 3), (2, 1, 1), ()), {}
    yield ((0, 3), (3,), (3,)), {}
    yield ((3,), (3,), (3,)), {"eps": 0.0}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    x, m, v = spaced(rng, shapes, low, high)
    return x, m, np.asarray(np.abs(v) + 0.5)


def torch_call(torch: Any, x: Any, m: Any, v: Any, eps: float = 1e-5) -> Any:
    return (x - m) * (v + eps).rsqrt()


CASES = elementwise_cases(
    "standardize",
    operands=operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(((2,), (), ()), {"eps": -0.5}, "`eps` is 0 or more, got -0.5"),
        Refusal(((2,), (3, 2), ()), {}, "means and variances broadcast to x of shape (2,), got (3, 2) and ()"),
        Refusal(((2,), (3,), ()), {}, "shapes (2,) and (3,) and () do not broadcast"),
    ),
)
