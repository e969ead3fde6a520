"""Operands that the losses over classes share."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Refusal, Rng, spaced


def fill_classes(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Return logits, their targets, and where there is a third operand weights."""
    (x,) = spaced(rng, shapes[:1], low, high)
    classes = rng.integers(0, x.shape[-1], x.shape[:-1])
    target = classes.astype(float)
    if shapes[1] == x.shape:
        target = 0.75 * np.eye(x.shape[-1])[classes] + 0.25 / x.shape[-1]
    return x, target, *(rng.uniform(0.5, 3.0, shape) for shape in shapes[2:])


def torch_cross_entropy(
    torch: Any, x: Any, t: Any, w: Any = None, reduction: str = "mean", label_smoothing: float = 0.0, temperature: float = 1.0,
    ignore_index: int | None = None,
) -> Any:  # fmt: skip
    """Call PyTorch's cross-entropy on rows."""
    rows, classes = x.reshape(-1, x.shape[-1]) / temperature, x.shape[-1]
    target = t.reshape(-1, classes) if t.shape == x.shape else t.reshape(-1).long()
    more = {"reduction": reduction, "label_smoothing": label_smoothing, **ignoring(ignore_index)}
    loss = torch.nn.functional.cross_entropy(rows, target, w, **more)
    return loss.reshape(x.shape[:-1]) if reduction == "none" else loss


def ignoring(number: int | None) -> dict[str, int]:
    """Return the argument of PyTorch for a class number that does not count."""
    return {} if number is None else {"ignore_index": number}


def refuses_classes(name: str) -> tuple[Refusal, ...]:
    """Return what a loss over classes with class numbers alone refuses."""
    return (
        Refusal(((4, 3), (4, 3)), {}, "the target of logits (4, 3) has shape (4,) (class numbers), got (4, 3)"),
        Refusal(((), ()), {}, f"`{name}` takes rows of shape (…, classes), got one number"),
        Refusal(((2, 0), (2,)), {}, f"`{name}` needs at least one class, got shape (2, 0)"),
        Refusal(((4, 3), (4,)), {"reduction": "max"}, "`reduction` is 'mean' or 'sum' or 'none', got 'max'"),
    )
