"""Two lists, two tables, two stacks of tables."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in ((4,), (1,), (3, 4), (2, 3, 2), (0,), (0, 3), (3, 0)):
        yield (shape, shape), {}


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.linalg.vecdot(x, y)


SAYS = "`vecdot` takes vectors along the last axis, equally many and equally long, got shapes"

CASES = Cases(
    "vecdot",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3), (3,)), {}, f"{SAYS} (2, 3) and (3,)"),
        Refusal(((4,), (3,)), {}, f"{SAYS} (4,) and (3,)"),
        Refusal(((), ()), {}, f"{SAYS} () and ()"),
    ),
)
