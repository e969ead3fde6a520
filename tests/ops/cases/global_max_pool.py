"""Whole images."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for x in ((2, 3, 4, 5), (1, 2, 2), (2, 1, 1, 1), (0, 3, 2, 2), (1, 2, 17, 9)):
        yield (x,), {}


def torch_call(torch: Any, x: Any) -> Any:
    return torch.amax(x, dim=(-2, -1))


CASES = Cases(
    "global_max_pool",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((4, 4),), {}, "`global_max_pool` takes x of shape (…, channels, height, width), got (4, 4)"),
        Refusal(((2, 3, 0, 4),), {}, "`global_max_pool` takes images of at least one element, got 0x4"),
    ),
)
