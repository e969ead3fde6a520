"""Numbers on the bend and beyond its ends, none at a corner."""

from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Rng, elementwise_cases, spaced


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes, low, high)
    return (np.where(np.abs(np.abs(x) - 3) < 0.05, x + 0.2, x),)


def torch_call(torch: Any, x: Any) -> Any:
    return x * (torch.clamp(x + 3, 0, 6) / 6)  # its own hardswish divides by a float32 6


CASES = elementwise_cases("hardswish", low=-6.0, high=6.0, fill=fill, torch=torch_call, jump=0.1)
