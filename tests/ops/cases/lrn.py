"""Vectors, signals and images of few and of many channels; windows of even and odd sizes, and wider than all channels."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((2, 5),), {"size": 3, "alpha": 0.5}
    yield ((2, 6, 3),), {"size": 2, "alpha": 1.0, "beta": 0.5, "k": 2.0}
    yield ((1, 4, 2, 3),), {"size": 5}
    yield ((2, 3, 2),), {"size": 9, "alpha": 0.25, "beta": 1.5}
    yield ((2, 3, 2),), {"size": 1, "alpha": 2.0}
    yield ((0, 3, 2),), {"size": 2}
    yield ((2, 1, 2),), {"size": 4, "alpha": 2.0}


def torch_call(torch: Any, x: Any, **attrs: Any) -> Any:
    wide = x[:, :, None] if x.dim() == 2 else x
    return torch.nn.functional.local_response_norm(wide, **attrs).reshape(x.shape) if x.numel() else x.clone()


CASES = Cases(
    "lrn",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((3,),), {"size": 2}, "`lrn` takes x of shape (samples, channels, …), got (3,)"),
        Refusal(((2, 3),), {"size": 0}, "`size` is how many channels are summed, 1 to 1,048,576, got 0"),
        Refusal(((2, 3),), {"size": 2, "k": None}, "`k` is a finite number, got None"),
    ),
)
