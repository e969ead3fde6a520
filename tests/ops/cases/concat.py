"""One, two and three arrays."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((3,), (2,)), {}
    yield ((2, 3),), {}
    yield ((2, 3), (1, 3), (4, 3)), {}
    yield ((2, 3), (2, 1)), {"axis": 1}
    yield ((2, 1, 3), (2, 2, 3), (2, 0, 3)), {"axis": -2}
    yield ((0, 2), (0, 2)), {}


def torch_call(torch: Any, *x: Any, axis: int = 0) -> Any:
    return torch.cat(x, dim=axis)


CASES = Cases(
    "concat",
    operands,
    torch=torch_call,
    refuses=(
        Refusal((), {}, "`concat` takes a list of at least one array"),
        Refusal(((2, 3), (2, 4)), {}, "`concat` along axis 0 needs shapes that agree elsewhere, got (2, 3) and (2, 4)"),
        Refusal(((2, 3), (3,)), {}, "`concat` along axis 0 needs shapes that agree elsewhere, got (2, 3) and (3,)"),
        Refusal(((2, 3),), {"axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
    ),
)
