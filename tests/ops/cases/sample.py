"""Probabilities along every axis, weights among them."""

from collections.abc import Iterator

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((5,), ()), {}
    yield ((1,), ()), {}
    yield ((3, 4), (3,)), {}
    yield ((3, 4), (4,)), {"axis": 0}
    yield ((2, 3, 4), (2, 4)), {"axis": 1}
    yield ((0, 3), (0,)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    return np.asarray(rng.random(shapes[0])), np.asarray(rng.random(shapes[1]))


CASES = Cases(
    "sample",
    operands,
    fill=fill,
    refuses=(
        Refusal(((3, 4), (4,)), {}, "for probabilities (3, 4) along axis -1 there is one number `u` a draw: (3,), got (4,)"),
        Refusal(((3, 0), (3,)), {}, "`sample` along axis -1 of shape (3, 0): there is no class"),
        Refusal(((3, 4), (4,)), {"axis": 2}, "shape (3, 4) has no axis 2: allowed are -2 to 1"),
    ),
)
