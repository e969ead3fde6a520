"""Pools put back."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((2, 1, 2, 3), (2, 1, 4, 6)), {"kernel_size": 2}
    yield ((1, 3, 3), (1, 5, 5)), {"kernel_size": 3, "stride": 1}
    yield ((1, 2, 3, 3), (1, 2, 5, 5)), {"kernel_size": 3, "stride": 2, "padding": 1}
    yield ((0, 1, 2, 2), (0, 1, 4, 4)), {"kernel_size": 2}
    yield ((1, 1, 3, 2), (1, 1, 5, 4)), {"kernel_size": 2, "stride": 2, "dilation": (1, 2), "ceil_mode": True}


def torch_call(torch: Any, y: Any, x: Any, **attrs: Any) -> Any:
    """Scatter with PyTorch's switches: its own function leaves open what overlapping windows do."""
    _, switches = torch.nn.functional.max_pool2d(x, return_indices=True, **attrs)
    flat = torch.zeros(*x.shape[:-2], x.shape[-2] * x.shape[-1], dtype=x.dtype)
    return flat.scatter_add(-1, switches.flatten(-2), y.flatten(-2)).reshape(x.shape)


CASES = Cases(
    "max_unpool2d",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(
            ((1, 3, 3), (1, 4, 4)), {"kernel_size": 2}, "the pool of x of shape (1, 4, 4) has shape (1, 2, 2), y has (1, 3, 3)"
        ),
        Refusal(
            ((2, 2), (4, 4)), {"kernel_size": 2}, "`max_unpool2d` takes x of shape (…, channels, height, width), got (4, 4)"
        ),
    ),
)
