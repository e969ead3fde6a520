"""Two bundles of vectors, along any axis."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for shape, axis in (((5,), -1), ((3, 4), 1), ((3, 4), 0), ((2, 3, 4), 1), ((2, 3, 4), -1), ((0, 3), 1), ((3, 1), 1)):
        yield (shape, shape), {"axis": axis}


def torch_call(torch: Any, x: Any, y: Any, axis: int = -1) -> Any:
    return torch.nn.functional.cosine_similarity(x, y, dim=axis)


CASES = Cases(
    "cosine_similarity",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((3, 4), (4,)), {}, "`cosine_similarity` takes two equal shapes, got (3, 4) and (4,)"),
        Refusal(((3, 4), (3, 4)), {"axis": 2}, "shape (3, 4) has no axis 2: allowed are -2 to 1"),
        Refusal(((), ()), {}, "shape () has no axis -1: allowed are none, it is one number"),
    ),
)
