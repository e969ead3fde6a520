"""Lists of boxes that overlap much and little; the other way to find which stay is written apart."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for threshold in (0.0, 0.2, 0.5, 1.0):
        yield ((9, 4), (9,)), {"iou_threshold": threshold}
    yield ((2, 3, 5, 4), (2, 3, 5)), {"iou_threshold": 0.3}
    yield ((1, 4), (1,)), {}
    yield ((0, 4), (0,)), {}
    yield ((2, 0, 4), (2, 0)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Return boxes with corners in a small picture, and scores that differ."""
    boxes = rng.uniform(0, 4, shapes[0])
    boxes[..., 2:] = boxes[..., :2] + rng.uniform(1, 4, boxes[..., 2:].shape)
    return boxes, *spaced(rng, shapes[1:], low, high)


def torch_call(torch: Any, x: Any, y: Any, iou_threshold: float = 0.5) -> Any:
    """Go down the scores; the tests do without torchvision, which has such a function."""
    if not y.numel():
        return torch.zeros_like(y)
    boxes, scores = x.reshape(-1, *x.shape[-2:]), y.reshape(-1, y.shape[-1])
    kept = torch.zeros_like(scores)
    for n in range(scores.shape[0]):
        for i in torch.argsort(scores[n], descending=True).tolist():
            before = [j for j in range(scores.shape[1]) if kept[n, j]]
            kept[n, i] = float(all(_overlap(boxes[n, i], boxes[n, j]) <= iou_threshold for j in before))
    return kept.reshape(y.shape)


def _overlap(a: Any, b: Any) -> float:
    wide, tall = (max(0.0, float(min(a[k + 2], b[k + 2]) - max(a[k], b[k]))) for k in range(2))
    areas = [float((box[2] - box[0]) * (box[3] - box[1])) for box in (a, b)]
    return float(np.divide(wide * tall, sum(areas) - wide * tall))


def large(elements: int) -> Iterator[Operands]:
    """Yield 200 boxes, whatever is asked: every one is compared with all."""
    yield ((200, 4), (200,)), {}


CASES = Cases(
    "nms",
    operands,
    fill=fill,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((3, 4), (4,)), {}, "`nms` takes boxes of shape (…, n, 4) and scores of (…, n), got (3, 4) and (4,)"),
        Refusal(((4,), ()), {}, "`nms` takes boxes of shape (…, n, 4) and scores of (…, n), got (4,) and ()"),
        Refusal(((3, 4), (3,)), {"iou_threshold": 1.5}, "`iou_threshold` is from 0 to 1, got 1.5"),
    ),
)
