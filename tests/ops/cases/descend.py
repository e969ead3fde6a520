"""Steps of parameters of several shapes."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in ((), (3,), (2, 4), (0, 3)):
        yield (shape, shape, ()), {}


def torch_call(torch: Any, w: Any, g: Any, lr: Any) -> Any:
    return w - lr * g


CASES = elementwise_cases(
    "descend",
    operands=operands,
    torch=torch_call,
    refuses=(
        Refusal(((2,), (3, 2), ()), {}, "a step cannot change the shape (2,) of its parameter, got (3, 2) and ()"),
        Refusal(((2,), (3,), ()), {}, "shapes (2,) and (3,) and () do not broadcast"),
    ),
)
