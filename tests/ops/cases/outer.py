"""Two lists."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for n, m in ((3, 4), (1, 1), (5, 2), (0, 3), (3, 0)):
        yield ((n,), (m,)), {}


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.outer(x, y)


CASES = Cases(
    "outer",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3), (3,)), {}, "`outer` takes two lists of numbers, got shapes (2, 3) and (3,)"),
        Refusal(((2,), ()), {}, "`outer` takes two lists of numbers, got shapes (2,) and ()"),
    ),
)
