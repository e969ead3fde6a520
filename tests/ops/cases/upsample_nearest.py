"""Images of every kind of size and scale."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((1, 2, 3, 4),), {}
    yield ((2, 1, 2, 3),), {"scale_factor": (3, 1)}
    yield ((1, 1, 1, 1),), {"scale_factor": 4}
    yield ((1, 1, 2, 5),), {"scale_factor": (1, 4)}
    yield ((0, 1, 2, 2),), {}


def torch_call(torch: Any, x: Any, scale_factor: Any = 2) -> Any:
    if not x.numel():
        return x.repeat_interleave(scale_factor, 2).repeat_interleave(scale_factor, 3)
    return torch.nn.functional.interpolate(x, scale_factor=scale_factor, mode="nearest")


CASES = Cases(
    "upsample_nearest",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((4,),), {}, "`upsample_nearest` takes x of shape (…, height, width), got (4,)"),
        Refusal(((4, 4),), {"scale_factor": 0}, "`scale_factor` is at least 1, got 0"),
        Refusal(((4, 4),), {"scale_factor": 1.5}, "`scale_factor` is a whole number or a pair of them, got 1.5"),
    ),
)
