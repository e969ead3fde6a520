"""Operands that the losses element by element share."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ops.casebook import Operands, Refusal, Rng


def pairs(rng: Rng) -> Iterator[Operands]:
    """Give equal shapes, with both reductions; the mean over nothing is tested by itself."""
    for shape in ((), (1,), (7,), (3, 4)):
        yield (shape, shape), {}
        yield (shape, shape), {"reduction": "sum"}
    yield ((0, 2), (0, 2)), {"reduction": "sum"}


def refuses(name: str) -> tuple[Refusal, ...]:
    """Give what a loss that compares element by element refuses."""
    return (
        Refusal(((4, 1), (4,)), {}, f"`{name}` compares element by element, got shape (4, 1) and target (4,): make them equal"),
        Refusal(((4,), (4,)), {"reduction": "none"}, "`reduction` is 'mean' or 'sum', got 'none'"),
    )
