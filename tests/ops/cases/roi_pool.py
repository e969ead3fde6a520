"""Regions inside images, over their borders, smaller than their grid, and of several images."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced

TAKES = (
    "`roi_pool` takes x of shape (batch, channels, height, width) and regions of (regions, 5): "
    "image, left, top, right, bottom; got"
)


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((1, 1, 4, 5), (2, 5)), {"output_size": 2}
    yield ((2, 2, 3, 4), (3, 5)), {"output_size": (1, 3)}
    yield ((2, 1, 4, 4), (2, 5)), {"output_size": (3, 2), "spatial_scale": 0.5}
    yield ((1, 1, 2, 2), (0, 5)), {"output_size": 1}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Return images and regions whose corners are no halves."""
    x, y = spaced(rng, shapes[:1], low, high)[0], np.zeros(shapes[1])
    y[:, 0] = rng.integers(0, shapes[0][0], len(y))
    y[:, 1:3] = rng.integers(-1, 2, (len(y), 2)) + 0.25
    y[:, 3:] = y[:, 1:3] + rng.integers(0, 4, (len(y), 2))
    return x, y


def torch_call(torch: Any, x: Any, y: Any, output_size: Any, spatial_scale: float = 1.0) -> Any:
    """Take PyTorch's maxima of the cells, by the rule of torchvision, which the tests do without."""
    high, broad = (output_size, output_size) if isinstance(output_size, int) else output_size
    grids = [torch.zeros((0, x.shape[1], high, broad))]
    for n, *box in y.tolist():
        left, top, right, bottom = (int(np.copysign(np.floor(abs(b * spatial_scale) + 0.5), b)) for b in box)
        rows, columns = (_cells(*ends) for ends in ((top, bottom, high, x.shape[2]), (left, right, broad, x.shape[3])))
        cells = [x[int(n), :, slice(*r), slice(*c)].flatten(1) for r in rows for c in columns]
        best = [part.amax(1) if part.shape[1] else torch.zeros(x.shape[1], dtype=x.dtype) for part in cells]
        grids.append(torch.stack(best, 1).reshape(1, x.shape[1], high, broad))
    return torch.cat(grids) + 0 * x.sum()


def _cells(first: int, last: int, cells: int, size: int) -> list[tuple[int, int]]:
    span = max(last - first + 1, 1) / cells
    ends = [(first + int(np.floor(i * span)), first + int(np.ceil((i + 1) * span))) for i in range(cells)]
    return [(min(max(low, 0), size), min(max(top, 0), size)) for low, top in ends]


def large(elements: int) -> Iterator[Operands]:
    images = elements // 32768
    yield ((images, 32, 32, 32), (images, 5)), {"output_size": 7}


CASES = Cases(
    "roi_pool",
    operands,
    fill=fill,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3, 4), (1, 5)), {"output_size": 2}, f"{TAKES} (2, 3, 4) and (1, 5)"),
        Refusal(((1, 2, 3, 4), (1, 4)), {"output_size": 2}, f"{TAKES} (1, 2, 3, 4) and (1, 4)"),
        Refusal(((1, 2, 3, 4), (1, 5)), {"output_size": 0}, "`output_size` is at least 1, got 0"),
        Refusal(((1, 2, 3, 4), (1, 5)), {"output_size": 2, "spatial_scale": 0}, "`spatial_scale` is above 0, got 0"),
    ),
)
