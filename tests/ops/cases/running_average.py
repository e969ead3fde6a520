"""Statistics of several shapes, in training and in use."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in ((), (3,), (2, 1, 1), (0,)):
        yield (shape, shape, ()), {"rate": 0.3, "scale": 1.25}
    yield ((4,), (4,), (4,)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    x, y, mode = spaced(rng, shapes, low, high)
    return x, y, np.where(mode > -1, 1.0, 0.0)


def torch_call(torch: Any, x: Any, y: Any, mode: Any, rate: float = 0.1, scale: float = 1.0) -> Any:
    return torch.where(mode != 0, torch.lerp(x, scale * y, rate), x)


CASES = elementwise_cases(
    "running_average",
    operands=operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(((2,), (3, 2), ()), {}, "a running statistic keeps its shape (2,), got (3, 2) and ()"),
        Refusal(((2,), (3,), ()), {}, "shapes (2,) and (3,) and () do not broadcast"),
    ),
)
