"""Vectors, signals and images in batches, a batch of one."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng

SHAPES = ((4, 3), (1, 3), (3, 2, 5), (2, 3, 2, 4), (3, 1), (2, 1, 3))


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in SHAPES:
        yield (shape,), {}


def torch_call(torch: Any, x: Any) -> Any:
    return x.mean(dim=[i for i in range(x.ndim) if i != 1]).reshape(x.shape[1], *(1,) * (x.ndim - 2))


CASES = Cases(
    "channel_mean",
    operands,
    torch=torch_call,
    refuses=(Refusal(((3,),), {}, "channels are the second axis of (samples, channels, …), got shape (3,)"),),
)
