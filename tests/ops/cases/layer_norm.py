"""Rows, sequences and images, normalised over one axis and over several."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng

TEXT = "gamma and beta of `layer_norm` have the last axes of x, (2, 3), got {} and {}"


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((4, 3), (3,), (3,)), {}
    yield ((5,), (5,), (5,)), {"eps": 0.5}
    yield ((2, 3, 4), (4,), (4,)), {}
    yield ((2, 3, 4), (3, 4), (3, 4)), {"eps": 1e-3}
    yield ((0, 3), (3,), (3,)), {}


def torch_call(torch: Any, x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    return torch.nn.functional.layer_norm(x, gamma.shape, gamma, beta, eps)


CASES = Cases(
    "layer_norm",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3), (2,), (2,)), {}, TEXT.format("(2,)", "(2,)")),
        Refusal(((2, 3), (3,), (2, 3)), {}, TEXT.format("(3,)", "(2, 3)")),
        Refusal(((2, 3), (), ()), {}, TEXT.format("()", "()")),
    ),
)
