"""Vectors and where they should point."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.losses import refuses


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in ((5,), (1, 3), (4, 3), (2, 3, 4)):
        yield (shape, shape), {}
        yield (shape, shape), {"reduction": "sum"}
    yield ((0, 3), (0, 3)), {"reduction": "sum"}


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return getattr(torch, reduction)(1 - torch.nn.functional.cosine_similarity(x, t, dim=-1))


CASES = Cases(
    "cosine_loss",
    operands,
    torch=torch_call,
    refuses=(*refuses("cosine_loss"), Refusal(((), ()), {}, "`cosine_loss` takes vectors (…, features), got one number")),
)
