"""Logits with class numbers, with one-hot rows and with probabilities."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (2, 3)):
        for reduction in ("mean", "sum"):
            yield ((*lead, 4), lead), {"reduction": reduction}
            yield ((*lead, 4), (*lead, 4)), {"reduction": reduction}
    yield ((3, 1), (3,)), {}
    yield ((0, 3), (0,)), {"reduction": "sum"}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    (x,) = spaced(rng, shapes[:1], low, high)
    classes = rng.integers(0, x.shape[-1], x.shape[:-1])
    if shapes[1] == x.shape:
        return x, 0.75 * np.eye(x.shape[-1])[classes] + 0.25 / x.shape[-1]
    return x, classes.astype(float)


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    rows, classes = x.reshape(-1, x.shape[-1]), x.shape[-1]
    target = t.reshape(-1, classes) if t.shape == x.shape else t.reshape(-1).long()
    return torch.nn.functional.cross_entropy(rows, target, reduction=reduction)


CASES = Cases(
    "cross_entropy",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(
            ((4, 3), (4, 1)), {}, "the target of logits (4, 3) has shape (4,) (class numbers) or (4, 3) (one-hot), got (4, 1)"
        ),
        Refusal(((), ()), {}, "`cross_entropy` takes logits of shape (…, classes), got one number: `bce` is for two classes"),
        Refusal(((2, 0), (2,)), {}, "`cross_entropy` needs at least one class, got logits (2, 0)"),
        Refusal(((4, 3), (4,)), {"reduction": None}, "`reduction` is 'mean' or 'sum', got None"),
    ),
)
