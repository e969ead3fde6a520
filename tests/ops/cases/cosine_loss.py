"""Vectors and where they should point."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.losses import reduced, reductions, refuses


def operands(rng: Rng) -> Iterator[Operands]:
    yield from reductions(((5,), (1, 3), (4, 3), (2, 3, 4)))


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return reduced(torch, 1 - torch.nn.functional.cosine_similarity(x, t, dim=-1), reduction)


CASES = Cases(
    "cosine_loss",
    operands,
    torch=torch_call,
    refuses=(*refuses("cosine_loss"), Refusal(((), ()), {}, "`cosine_loss` takes vectors (…, features), got one number")),
)
