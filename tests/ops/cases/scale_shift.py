"""Numbers of batches, with one scale and one shift a channel."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4, 3), (3,), (3,)), {}
    yield ((2, 3, 4), (3, 1), (3, 1)), {}
    yield ((2, 2, 2, 3), (2, 1, 1), ()), {}
    yield ((0, 3), (3,), (3,)), {}


def torch_call(torch: Any, x: Any, gamma: Any, beta: Any) -> Any:
    return x * gamma + beta


CASES = elementwise_cases(
    "scale_shift",
    operands=operands,
    torch=torch_call,
    refuses=(
        Refusal(((2,), (3, 2), ()), {}, "gamma and beta broadcast to x of shape (2,), got (3, 2) and ()"),
        Refusal(((2,), (3,), ()), {}, "shapes (2,) and (3,) and () do not broadcast"),
    ),
)
