"""Places inside images and around their borders, none of them on a line through middles."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced

TAKES = "`grid_sample` takes x of shape (batch, channels, height, width) and places of (batch, rows, columns, 2), got"


def operands(rng: Rng) -> Iterator[Operands]:
    rng.random(9)  # what is drawn then has no kink too slight to be told from a slope
    for corners in (False, True):
        yield ((1, 1, 2, 2), (1, 1, 1, 2)), {"align_corners": corners}
        yield ((1, 1, 2, 1), (1, 2, 1, 2)), {"align_corners": corners}
    yield ((1, 1, 1, 1), (1, 1, 2, 2)), {}
    yield ((0, 1, 2, 2), (0, 1, 2, 2)), {}
    yield ((1, 2, 2, 3), (1, 0, 2, 2)), {}
    yield ((2, 2, 1, 2), (2, 1, 1, 2)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Return images of distinct numbers and places whose distance from a line through middles is no rounding."""
    (x,) = spaced(rng, shapes[:1], low, high)
    cells = rng.integers(-5, 6, shapes[1]) / 4.0
    return x, np.asarray(cells + rng.uniform(0.03, 0.05, shapes[1]))


def torch_call(torch: Any, x: Any, y: Any, align_corners: bool = False) -> Any:
    if not x.numel() or not y.numel():
        return x.sum() * 0 + torch.zeros((*x.shape[:2], *y.shape[1:3])) + 0 * y.sum()
    return torch.nn.functional.grid_sample(x, y, align_corners=align_corners)


def large(elements: int) -> Iterator[Operands]:
    yield ((elements // 16384, 16, 32, 32), (elements // 16384, 32, 32, 2)), {}


CASES = Cases(
    "grid_sample",
    operands,
    fill=fill,
    large=large,
    torch=torch_call,
    jump=0.05,
    refuses=(
        Refusal(((1, 2, 3, 3), (1, 2, 2, 3)), {}, f"{TAKES} (1, 2, 3, 3) and (1, 2, 2, 3)"),
        Refusal(((1, 2, 3, 3), (2, 2, 2, 2)), {}, f"{TAKES} (1, 2, 3, 3) and (2, 2, 2, 2)"),
        Refusal(((2, 3, 3), (1, 2, 2, 2)), {}, f"{TAKES} (2, 3, 3) and (1, 2, 2, 2)"),
        Refusal(((1, 2, 0, 3), (1, 2, 2, 2)), {}, "`grid_sample` takes images of at least one element, got 0x3"),
        Refusal(((1, 2, 3, 3), (1, 2, 2, 2)), {"align_corners": None}, "`align_corners` is True or False, got None"),
    ),
)
