"""Masks of 0 and 1, and of other numbers, which count as 1."""

from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Rng, elementwise_cases, spaced


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    mask, x, y = spaced(rng, shapes, low, high)
    return np.where(mask > 1, mask, mask < 0) * 1.0, x, y


def torch_call(torch: Any, m: Any, x: Any, y: Any) -> Any:
    return torch.where(m != 0, x, y)


CASES = elementwise_cases("where", fill=fill, torch=torch_call)
