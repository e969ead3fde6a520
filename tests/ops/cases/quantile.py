"""Parts of lines and of all, on elements and between them."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for q in (0, 0.25, 0.3, 0.5, 0.9, 1):
        yield ((5,),), {"q": q}
        yield ((4,),), {"q": q}
    yield ((),), {"q": 0.5}
    yield ((3, 4),), {"q": 0.4}
    yield ((3, 4),), {"q": 0.4, "axis": 0}
    yield ((3, 4),), {"q": 0.4, "axis": 1, "keepdims": True}
    yield ((2, 3, 4),), {"q": 0.7, "axis": -2}
    yield ((0, 3),), {"q": 0.5, "axis": 1}


def torch_call(torch: Any, x: Any, q: float, axis: Any = None, keepdims: bool = False) -> Any:
    return torch.quantile(x, q, dim=axis, keepdim=keepdims) if x.numel() else x.sum(dim=axis)


CASES = Cases(
    "quantile",
    operands,
    torch=torch_call,
    jump=0.03,
    refuses=(
        Refusal(((2, 3),), {"q": 0.5, "axis": 2}, "shape (2, 3) has no axis 2: allowed are -2 to 1"),
        Refusal(((2, 3),), {"q": 0.5, "axis": (0, 1)}, "`axis` is a whole number, got (0, 1)"),
        Refusal(((2, 3),), {"q": 1.5}, "`q` is from 0 to 1, got 1.5"),
        Refusal(((2, 3),), {"q": "a"}, "`q` is a finite number, got 'a'"),
        Refusal(((0, 3),), {"q": 0.5, "axis": 0}, "`quantile` over axis 0 of shape (0, 3): nothing has no quantile"),
    ),
)
