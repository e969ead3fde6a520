"""The same batches as for the mean, around numbers that are not their means."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.cases.channel_mean import SHAPES


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in SHAPES:
        yield (shape, (shape[1], *(1,) * (len(shape) - 2))), {}


def torch_call(torch: Any, x: Any, m: Any) -> Any:
    axes = [i for i in range(x.ndim) if i != 1]
    return ((x - m) ** 2).mean(dim=axes).reshape(m.shape)


CASES = Cases(
    "channel_var",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((3,), (3,)), {}, "channels are the second axis of (samples, channels, …), got shape (3,)"),
        Refusal(((2, 3, 4), (3,)), {}, "the means of the channels of (2, 3, 4) have shape (3, 1), got (3,)"),
    ),
)
