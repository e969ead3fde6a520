"""Numbers between 0 and 1, in training and in use, both ways of scaling."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for inverted in (True, False):
        for mode in ((), (2, 1)):
            yield ((2, 5), mode), {"p": 0.3, "inverted": inverted}
    yield ((4,), ()), {"p": 0}
    yield ((0, 3), ()), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    u, mode = spaced(rng, shapes, low, high)
    return u, np.where(mode > 0.5, 1.0, 0.0)


def torch_call(torch: Any, u: Any, mode: Any, p: float = 0.5, inverted: bool = True) -> Any:
    used = torch.nn.functional.dropout(torch.ones_like(u), p, training=False) * (1 if inverted else 1 - p)
    return torch.where(mode != 0, (u >= p).to(u.dtype) * (1 / (1 - p) if inverted else 1.0), used)


CASES = elementwise_cases(
    "drop_mask",
    operands=operands,
    fill=fill,
    torch=torch_call,
    low=0.0,
    high=1.0,
    refuses=(
        Refusal(((2,), ()), {"p": 1}, "`p` is the probability that a unit is dropped, from 0 to less than 1, got 1"),
        Refusal(((2,), ()), {"p": "a"}, "`p` is the probability that a unit is dropped, from 0 to less than 1, got a"),
        Refusal(((2,), (3,)), {}, "shapes (2,) and (3,) do not broadcast"),
    ),
)
