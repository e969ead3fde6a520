"""Keys of every kind, into which an array is put."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.cases import index


def operands(rng: Rng) -> Iterator[Operands]:
    for (shape, *_), attrs in index.operands(rng):
        yield (np.zeros(shape)[attrs["key"]].shape,), {"key": attrs["key"], "shape": shape}


def torch_call(torch: Any, x: Any, key: Any, shape: Any) -> Any:
    places = torch.tensor(np.arange(int(np.prod(shape))).reshape(shape)[key].reshape(-1), dtype=torch.int64)
    return torch.zeros(int(np.prod(shape)), dtype=x.dtype).index_put((places,), x.reshape(-1)).reshape(shape)


def large(elements: int) -> Iterator[Operands]:
    rows = elements // 256
    yield ((rows, 128),), {"key": (slice(None), slice(64, 192)), "shape": (rows, 256)}


CASES = Cases(
    "index_put",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((3,),), {"key": 4, "shape": (4, 3)}, "index 4 is outside axis 0 of shape (4, 3): allowed are -4 to 3"),
        Refusal(((2,),), {"key": 1, "shape": (4, 3)}, "the key takes shape (3,) of (4, 3), and x has shape (2,)"),
        Refusal(((3,),), {"key": 1, "shape": (-1, 3)}, "`shape` has sizes of 0 or more, got (-1, 3)"),
    ),
)
