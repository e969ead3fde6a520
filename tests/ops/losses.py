"""Operands that the losses element by element share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradlab.op import Shape
from tests.ops.casebook import Operands, Refusal, Rng


def reductions(shapes: tuple[Shape, ...]) -> Iterator[Operands]:
    """Return pairs of each shape with each reduction, and of no elements where that has a value."""
    for reduction in ("mean", "sum", "none"):
        for shape in (*shapes, *((0, 2),) * (reduction != "mean")):
            yield (shape, shape), {"reduction": reduction}


def reduced(torch: Any, terms: Any, reduction: str) -> Any:
    """Return what PyTorch makes of the terms of a loss."""
    return terms if reduction == "none" else getattr(torch, reduction)(terms)


def pairs(rng: Rng) -> Iterator[Operands]:
    """Return equal shapes, with all reductions; the mean over nothing is tested by itself."""
    yield from reductions(((), (1,), (7,), (3, 4)))


def refuses(name: str) -> tuple[Refusal, ...]:
    """Return what a loss that compares element by element refuses."""
    return (
        Refusal(((4, 1), (4,)), {}, f"`{name}` compares element by element, got shape (4, 1) and target (4,): make them equal"),
        Refusal(((4,), (4,)), {"reduction": "max"}, "`reduction` is 'mean' or 'sum' or 'none', got 'max'"),
    )


def few(rng: Rng) -> Iterator[Operands]:
    """Return pairs so small that a jump of one term is seen in the whole, and seldom two jump at once."""
    yield from reductions(((), (1,), (2,), (2, 1)))


def penalties(rng: Rng) -> Iterator[Operands]:
    """Return shapes of weights, with strengths and both reductions."""
    for shape in ((), (1,), (3,), (2, 2)):
        yield (shape,), {}
        yield (shape,), {"strength": 0.25, "reduction": "mean"}
    yield ((0, 2),), {}


def refuses_penalty() -> tuple[Refusal, ...]:
    """Return what a penalty refuses."""
    return (
        Refusal(((4,),), {"strength": None}, "`strength` is a finite number, got None"),
        Refusal(((4,),), {"reduction": "none"}, "`reduction` is 'sum' or 'mean', got 'none'"),
    )
