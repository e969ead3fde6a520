"""Vectors, signals and images in one group, in several, and every channel alone."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((3, 6), (6,), (6,)), {"groups": 2}
    yield ((2, 4, 3), (4,), (4,)), {"groups": 1}
    yield ((2, 4, 2, 3), (4,), (4,)), {"groups": 2, "eps": 0.1}
    yield ((2, 3, 4), (3,), (3,)), {"groups": 3}
    yield ((0, 4), (4,), (4,)), {"groups": 2}


def torch_call(torch: Any, x: Any, gamma: Any, beta: Any, groups: int, eps: float = 1e-5) -> Any:
    return torch.nn.functional.group_norm(x, groups, gamma, beta, eps)


CASES = Cases(
    "group_norm",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((3,), (3,), (3,)), {"groups": 1}, "channels are the second axis of (samples, channels, …), got shape (3,)"),
        Refusal(((2, 4), (4,), (4,)), {"groups": 3}, "`groups` of `group_norm` divides the 4 channels, got 3"),
        Refusal(((2, 4), (4,), (4,)), {"groups": 0}, "`groups` of `group_norm` divides the 4 channels, got 0"),
        Refusal(
            ((2, 4), (2,), (4,)),
            {"groups": 2},
            "gamma and beta of `group_norm` have shape (4,), one number a channel, got (2,) and (4,)",
        ),
    ),
)
