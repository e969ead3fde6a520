"""One, two and three arrays of one shape."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((), ()), {}
    yield ((3,),), {}
    yield ((2, 3),) * 3, {}
    yield ((2, 3),) * 2, {"axis": 1}
    yield ((2, 3),) * 2, {"axis": -1}
    yield ((0, 2),) * 2, {}


def torch_call(torch: Any, *x: Any, axis: int = 0) -> Any:
    return torch.stack(x, dim=axis)


CASES = Cases(
    "stack",
    operands,
    torch=torch_call,
    refuses=(
        Refusal((), {}, "`stack` takes a list of at least one array"),
        Refusal(((2, 3), (3,)), {}, "`stack` needs equal shapes, got (2, 3) and (3,)"),
        Refusal(((2,), (2,)), {"axis": 2}, "a stack of shapes (2,) has no axis 2: allowed are -2 to 1"),
    ),
)
