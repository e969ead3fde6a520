"""Rows, sequences and images, divided by their RMS over one axis and over several."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng

TEXT = "gamma of `rms_norm` has the last axes of x, (2, 3), got {}"


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4, 3), (3,)), {}
    yield ((5,), (5,)), {"eps": 0.5}
    yield ((2, 3, 4), (4,)), {}
    yield ((2, 3, 4), (3, 4)), {"eps": 1e-3}
    yield ((0, 3), (3,)), {}
    yield ((2, 0), (0,)), {}


def torch_call(torch: Any, x: Any, gamma: Any, eps: float = 1e-5) -> Any:
    return torch.nn.functional.rms_norm(x, gamma.shape, gamma, eps)


CASES = Cases(
    "rms_norm",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3), (2,)), {}, TEXT.format("(2,)")),
        Refusal(((2, 3), ()), {}, TEXT.format("()")),
        Refusal(((2, 3), (3,)), {"eps": -1}, "`eps` is at least 0, got -1"),
    ),
)
