"""Slopes below 0.5, so that every unit that turns on bends the line."""

from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Rng, elementwise_cases, spaced


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    x, y = spaced(rng, shapes, low, high)
    return x, np.asarray(0.25 * y - 4.0)


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.where(x > 0, x, y * x)


CASES = elementwise_cases("prelu", fill=fill, torch=torch_call)
