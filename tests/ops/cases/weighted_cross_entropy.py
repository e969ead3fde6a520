"""Logits with all kinds of targets, and a weight for each class."""

from collections.abc import Iterator

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.classes import fill_classes, torch_cross_entropy


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((1,), (5,), (2, 3)):
        for target in (lead, (*lead, 4)):
            for smoothing in (0.0, 0.3):
                yield ((*lead, 4), target, (4,)), {"label_smoothing": smoothing}
                yield ((*lead, 4), target, (4,)), {"label_smoothing": smoothing, "reduction": "none"}
                yield ((*lead, 4), target, (4,)), {"label_smoothing": smoothing, "reduction": "sum", "temperature": 2.0}
    yield ((4,), (), (4,)), {}
    for reduction in ("mean", "sum", "none"):
        yield ((7, 3), (7,), (3,)), {"reduction": reduction, "ignore_index": 1, "label_smoothing": 0.2}
    yield ((0, 3), (0,), (3,)), {"reduction": "sum"}


CASES = Cases(
    "weighted_cross_entropy",
    operands,
    fill=fill_classes,
    torch=torch_cross_entropy,
    refuses=(
        Refusal(((4, 3), (4,), (4,)), {}, "`weights` holds one number a class, shape (3,), got (4,)"),
        Refusal(((4, 3), (4,), ()), {}, "`weights` holds one number a class, shape (3,), got ()"),
        Refusal(((4, 3), (4,), (3,)), {"temperature": -1}, "`temperature` is above 0, got -1"),
    ),
)
