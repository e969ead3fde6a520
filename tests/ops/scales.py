"""What the cases of ops share that bring images to another size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.ops.casebook import Operands, Refusal, Rng


def sizes(rng: Rng) -> Iterator[Operands]:
    """Return images with factors and with sizes, larger and smaller ones."""
    yield ((1, 2, 3, 4),), {}
    yield ((2, 1, 2, 3),), {"scale_factor": (3, 1)}
    yield ((1, 1, 1, 1),), {"scale_factor": 4}
    yield ((1, 1, 2, 5),), {"scale_factor": (1, 4)}
    yield ((1, 2, 3, 4),), {"size": 5}
    yield ((2, 1, 4, 3),), {"size": (7, 2)}
    yield ((1, 1, 5, 6),), {"size": (1, 4), "scale_factor": None}
    yield ((1, 1, 2, 3),), {"size": (4, 9), "scale_factor": (2, 3)}
    yield ((0, 1, 2, 2),), {}
    yield ((0, 1, 2, 2),), {"size": 3}


def interpolated(mode: str) -> Callable[..., Any]:
    """Return PyTorch's function of a mode."""

    def call(torch: Any, x: Any, scale_factor: Any = 2, size: Any = None) -> Any:
        if not x.numel():
            return x.new_zeros((*x.shape[:2], *(2 * (size or 4,))), requires_grad=True)
        scale = scale_factor if size is None else None
        return torch.nn.functional.interpolate(x, size=size, scale_factor=scale, mode=mode)

    return call


def refusals(name: str) -> tuple[Refusal, ...]:
    """Return what such an op refuses."""
    return (
        Refusal(((4,),), {}, f"`{name}` takes x of shape (…, height, width), got (4,)"),
        Refusal(((4, 4),), {"scale_factor": 0}, "`scale_factor` is at least 1, got 0"),
        Refusal(((4, 4),), {"scale_factor": 1.5}, "`scale_factor` is a whole number or a pair of them, got 1.5"),
        Refusal(((4, 4),), {"size": -1}, "`size` is at least 0, got -1"),
        Refusal(((4, 4),), {"size": (1, 2, 3)}, "`size` is a whole number or a pair of them, got (1, 2, 3)"),
        Refusal(((4, 4),), {"size": 5, "scale_factor": 3}, f"`{name}` takes `scale_factor` or `size`, got (3, 3) and 5x5"),
        Refusal(((0, 4),), {"size": 5}, f"`{name}` makes nothing of an image of 0x4"),
    )
