"""Two values of one shape, and the same trick as PyTorch is taught it."""

from collections.abc import Iterator
from typing import Any

from gradlab.op import Array
from tests.ops.casebook import Operands, Refusal, Rng, elementwise_cases


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in ((), (3, 4), (0, 3)):
        yield (shape, shape), {}


def rule(g: Array, x: Array, y: Array) -> Array:
    return g


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return y + (x - y).detach()


CASES = elementwise_cases(
    "custom",
    operands=operands,
    torch=torch_call,
    rule=rule,
    refuses=(Refusal(((2, 3), (3,)), {}, "`custom` takes two expressions of one shape, got (2, 3) and (3,)"),),
)
