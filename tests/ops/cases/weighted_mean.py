"""Numbers and their weights: one for each, or one for each of the first axes."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for x, w in (((), ()), ((4,), (4,)), ((4,), ()), ((3, 2), (3,)), ((3, 2), (3, 2)), ((2, 3, 2), (2,)), ((2, 3, 2), (2, 3))):
        yield (x, w), {}
    yield ((0, 2), (0,)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    return (*spaced(rng, shapes[:1], low, high), np.asarray(rng.uniform(0.5, 2.0, shapes[1])))


def torch_call(torch: Any, x: Any, w: Any) -> Any:
    wide = w.reshape((*w.shape, *(1,) * (x.dim() - w.dim()))).expand(x.shape)
    return (wide * x).sum() / wide.sum() if x.numel() else 0 * (x.sum() + w.sum())


CASES = Cases(
    "weighted_mean",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(((4, 3), (3,)), {}, "weights have the shape of what they weigh, (4, 3), or of its first axes, got (3,)"),
        Refusal(((4,), (4, 1)), {}, "weights have the shape of what they weigh, (4,), or of its first axes, got (4, 1)"),
    ),
)
