"""Lines along every axis, and several axes at once."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.reductions import REFUSES


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4,),), {}
    yield ((1,),), {}
    yield ((3, 4),), {"keepdims": True}
    yield ((3, 4),), {"axis": 0}
    yield ((2, 3, 4),), {"axis": 1}
    yield ((2, 3, 4),), {"axis": (0, 2)}
    yield ((2, 3, 4),), {"axis": (0, 2), "keepdims": True}
    yield ((2, 3, 4, 2),), {"axis": (1, 3)}
    yield ((2, 3),), {"axis": None}
    yield ((2, 3),), {"axis": ()}
    yield ((),), {"axis": None}
    yield ((0, 3),), {}
    yield ((2, 0),), {}


def torch_call(torch: Any, x: Any, axis: Any = -1, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    return torch.logsumexp(x, dim=axes, keepdim=keepdims) if axes != () else x + 0.0


CASES = Cases(
    "logsumexp",
    operands,
    torch=torch_call,
    refuses=(
        *REFUSES,
        Refusal(((2, 3),), {"axis": -3}, "shape (2, 3) has no axis -3: allowed are -2 to 1"),
    ),
)
