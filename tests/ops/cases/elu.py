"""Depths of the negative side."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Operands, Rng, elementwise_cases


def operands(rng: Rng) -> Iterator[Operands]:
    for alpha in (1.0, 0.3, 2.0):
        yield ((4, 3),), {"alpha": alpha}
    yield ((0, 2),), {}


def torch_call(torch: Any, x: Any, alpha: float = 1.0) -> Any:
    return torch.nn.functional.elu(x, alpha)


CASES = elementwise_cases("elu", operands=operands, torch=torch_call)
