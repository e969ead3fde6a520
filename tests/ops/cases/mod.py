"""Divisors of both signs, none near 0; no quotient near a whole number."""

from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Rng, elementwise_cases, spaced


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    x, y = spaced(rng, shapes, low, high)
    y = np.asarray(np.where(y < 0, y - 1.5, y + 1.5))
    while np.any(np.abs(x / y - np.round(x / y)) < 0.02):
        x = rng.uniform(low, high, x.shape) * 2
    return np.asarray(x), y


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.remainder(x, y)


CASES = elementwise_cases("mod", fill=fill, torch=torch_call)
