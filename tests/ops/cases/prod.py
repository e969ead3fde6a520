"""Products over axes, of nothing, with one zero and with several."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Rng, spaced
from tests.ops.reductions import REFUSES, over_axes


def operands(rng: Rng) -> Iterator[Operands]:
    yield from over_axes(empty=True)(rng)
    yield ((2, 6),), {"axis": 1}
    yield ((3, 2, 2),), {"axis": (0, 2)}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes, low, high)
    x = np.asarray(np.sign(x) * (0.5 + np.abs(x) / 2))
    if rng.random() < 0.5:
        x[rng.random(x.shape) < 0.25] = 0.0
    return (x,)


def torch_call(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    for a in sorted((a % x.ndim for a in axes), reverse=True):
        x = torch.prod(x, dim=a, keepdim=keepdims)
    return x + 0.0


CASES = Cases("prod", operands, fill=fill, torch=torch_call, refuses=REFUSES)
