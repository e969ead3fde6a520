"""Slopes."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases


def operands(rng: Rng) -> Iterator[Operands]:
    for slope in (0.01, 0.5, -1.0):
        yield ((4, 3),), {"slope": slope}
    yield ((),), {}
    yield ((0, 2),), {}


def torch_call(torch: Any, x: Any, slope: float = 0.01) -> Any:
    return torch.nn.functional.leaky_relu(x, slope)


CASES = elementwise_cases(
    "leaky_relu",
    operands=operands,
    torch=torch_call,
    refuses=(Refusal(((3,),), {"slope": "steep"}, "`slope` is a finite number, got 'steep'"),),
)
