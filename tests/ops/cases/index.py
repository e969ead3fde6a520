"""Keys of every kind."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for key in (
        1,
        -1,
        slice(1, 3),
        slice(None, None, -2),
        slice(3, 1),
        (slice(None), 2),
        (..., -1),
        (None, 0),
        (1, None, slice(2)),
    ):
        yield ((4, 3),), {"key": key}
    yield ((2, 3, 4),), {"key": (slice(None), slice(None, None, -1), slice(1, None, 2))}
    yield ((3, 1, 2, 2, 2, 2),), {"key": slice(1, None)}
    yield ((0, 3),), {"key": (slice(None), 1)}
    yield ((),), {"key": ()}
    yield ((5,),), {"key": slice(-100, 100)}


def torch_call(torch: Any, x: Any, key: Any) -> Any:
    places = np.arange(x.numel()).reshape(x.shape)[key]
    return x.reshape(-1)[torch.tensor(places.reshape(-1))].reshape(places.shape)


def large(elements: int) -> Iterator[Operands]:
    rows = elements // 256
    yield ((rows, 256),), {"key": (slice(None), slice(64, 192))}
    yield ((rows, 256),), {"key": slice(rows // 4, None)}
    yield ((rows, 256),), {"key": (slice(None), slice(None, None, -2))}


CASES = Cases(
    "index",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((4, 3),), {"key": 4}, "index 4 is outside axis 0 of shape (4, 3): allowed are -4 to 3"),
        Refusal(((4, 0),), {"key": (0, 0)}, "index 0 is outside axis 1 of shape (4, 0), which is empty"),
        Refusal(((4, 3),), {"key": (0, 0, 0)}, "shape (4, 3) has 2 axes, got 3 indices"),
        Refusal(((4, 3),), {"key": (..., ...)}, "an index has at most one `...`"),
        Refusal(((4, 3),), {"key": slice(0, 4, 0)}, "a slice is start:stop:step in whole numbers, step not 0, got 0:4:0"),
        Refusal(((4, 3),), {"key": 1.5}, "an index is a whole number, a slice, `...` or None, got 1.5"),
        Refusal(((4, 3),), {"key": [0, 2]}, "`index` takes no list: `x[[0, 2]]` takes rows by their numbers"),
    ),
)
