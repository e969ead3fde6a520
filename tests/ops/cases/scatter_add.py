"""Rows that meet and rows that stay alone."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced

ROWS = 4


def operands(rng: Rng) -> Iterator[Operands]:
    for x, i in (
        ((5,), (5,)),
        ((6, 3), (6,)),
        ((3,), ()),
        ((2, 3, 2), (2, 3)),
        ((2, 3, 2), (2,)),
        ((0, 3), (0,)),
        ((2, 0), (2,)),
    ):
        yield (x, i), {"rows": ROWS}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes[:1], low, high)
    return x, np.asarray(rng.integers(0, ROWS, shapes[1]), float)


def torch_call(torch: Any, x: Any, i: Any, rows: int) -> Any:
    width = x.shape[i.ndim :]
    table = torch.zeros((rows, *width), dtype=x.dtype)
    return table.index_add(0, i.long().reshape(-1), x.reshape(i.numel(), *width))


CASES = Cases(
    "scatter_add",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(
            ((5, 2), (4,)), {"rows": 3}, "`scatter_add` takes a row number for every row, got rows (5, 2) and numbers (4,)"
        ),
        Refusal(
            ((5,), (5, 2)), {"rows": 3}, "`scatter_add` takes a row number for every row, got rows (5,) and numbers (5, 2)"
        ),
        Refusal(((5,), (5,)), {"rows": -1}, "`rows` is a whole number of 0 or more, got -1"),
        Refusal(((5,), (5,)), {"rows": (3,)}, "`rows` is a whole number of 0 or more, got (3,)"),
    ),
)
