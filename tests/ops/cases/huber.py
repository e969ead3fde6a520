"""Predictions near and far from their targets."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.losses import pairs, refuses


def operands(rng: Rng) -> Iterator[Operands]:
    yield from pairs(rng)
    yield ((3, 4), (3, 4)), {"delta": 0.5, "reduction": "sum"}


def torch_call(torch: Any, x: Any, t: Any, delta: float = 1.0, reduction: str = "mean") -> Any:
    return torch.nn.functional.huber_loss(x, t, reduction=reduction, delta=delta)


CASES = Cases(
    "huber",
    operands,
    torch=torch_call,
    refuses=(*refuses("huber"), Refusal(((3,), (3,)), {"delta": 0}, "`delta` is above 0, got 0")),
)
