"""Bounds inside and around the numbers, and numbers that stand at a bound."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases


def operands(rng: Rng) -> Iterator[Operands]:
    for low, high in ((-1.0, 1.0), (0.0, 6.0), (-9.0, 9.0), (0.25, 0.75)):
        yield ((3, 4),), {"low": low, "high": high}
    yield ((0,),), {"low": 0, "high": 1}


def torch_call(torch: Any, x: Any, low: Any, high: Any) -> Any:
    return torch.nn.functional.hardtanh(x, low, high)


CASES = elementwise_cases(
    "hardtanh",
    operands=operands,
    torch=torch_call,
    refuses=(
        Refusal(((3,),), {"low": 1.0, "high": 0.5}, "`low` is below `high`, got 1 and 0.5"),
        Refusal(((3,),), {"low": 1.0, "high": 1.0}, "`low` is below `high`, got 1 and 1"),
        Refusal(((3,),), {"low": "a", "high": 0.5}, "`low` is a finite number, got 'a'"),
    ),
)
