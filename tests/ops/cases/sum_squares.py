"""Arrays of different shapes, empty ones among them."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((3,),), {}
    yield ((2, 3), (), (4, 1, 2)), {}
    yield ((0, 2), (2,), (0,), (3,)), {}


def torch_call(torch: Any, *x: Any) -> Any:
    return sum((part**2).sum() for part in x)


CASES = Cases(
    "sum_squares",
    operands,
    torch=torch_call,
    refuses=(Refusal((), {}, "`sum_squares` takes a list of at least one array"),),
)
