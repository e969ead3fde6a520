"""A small network with a loss and batches, to be watched."""

from __future__ import annotations

from typing import Any


def small_net(torch: Any) -> Any:
    """Return a network of two layers with dropout."""
    torch.manual_seed(1)
    nn = torch.nn
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.25), nn.Linear(8, 1))


def square_loss(model: Any, x: Any, y: Any) -> Any:
    """Return the mean square of what it is off by."""
    return (model(x)[:, 0] - y).square().mean()


def batches_of(torch: Any, count: int, bad: int = -1, by: float = float("nan")) -> list[Any]:
    chance = torch.Generator().manual_seed(2)
    found = [(torch.randn(6, 3, generator=chance), torch.randn(6, generator=chance)) for _ in range(count)]
    if bad >= 0:
        found[bad] = (found[bad][0], found[bad][1] * by)
    return found


def doubled(torch: Any, sent: float) -> Any:
    """Return a function that doubles what it reads, and sends `sent` times the gradient that it gets."""

    class Doubled(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return sent * grad

    return Doubled.apply
