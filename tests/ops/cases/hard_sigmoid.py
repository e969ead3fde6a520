"""Numbers on the slope and beyond its ends, none at a corner."""

from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Rng, elementwise_cases, spaced


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes, low, high)
    return (np.where(np.abs(np.abs(x) - 3) < 0.05, x + 0.2, x),)


def torch_call(torch: Any, x: Any) -> Any:
    return torch.nn.functional.relu6(x + 3) / 6  # its own hardsigmoid divides by a float32 6


CASES = elementwise_cases("hard_sigmoid", low=-6.0, high=6.0, fill=fill, torch=torch_call, jump=0.05)
