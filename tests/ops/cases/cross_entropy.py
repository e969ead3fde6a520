"""Logits with class numbers, with one-hot rows and with probabilities; smoothed, and at other temperatures."""

from collections.abc import Iterator

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.classes import fill_classes, torch_cross_entropy


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (2, 3)):
        for reduction in ("mean", "sum", "none"):
            yield ((*lead, 4), lead), {"reduction": reduction}
            yield ((*lead, 4), (*lead, 4)), {"reduction": reduction}
    for reduction in ("mean", "sum", "none"):
        yield ((7, 3), (7,)), {"reduction": reduction, "ignore_index": 1, "label_smoothing": 0.2}
    yield ((3, 1), (3,)), {}
    yield ((0, 3), (0,)), {"reduction": "sum"}
    for target in ((5,), (5, 4)):
        yield ((5, 4), target), {"label_smoothing": 0.3}
        yield ((5, 4), target), {"temperature": 2.5, "reduction": "sum"}
        yield ((5, 4), target), {"label_smoothing": 1.0, "temperature": 0.25}


def large(elements: int) -> Iterator[Operands]:
    for classes in (10, 1000):
        yield ((elements // classes, classes), (elements // classes,)), {}


CASES = Cases(
    "cross_entropy",
    operands,
    fill=fill_classes,
    large=large,
    torch=torch_cross_entropy,
    refuses=(
        Refusal(
            ((4, 3), (4, 1)), {}, "the target of logits (4, 3) has shape (4,) (class numbers) or (4, 3) (one-hot), got (4, 1)"
        ),
        Refusal(((), ()), {}, "`cross_entropy` takes rows of shape (…, classes), got one number"),
        Refusal(((2, 0), (2,)), {}, "`cross_entropy` needs at least one class, got shape (2, 0)"),
        Refusal(((4, 3), (4,)), {"reduction": None}, "`reduction` is 'mean' or 'sum' or 'none', got None"),
        Refusal(((4, 3), (4,)), {"label_smoothing": 1.5}, "`label_smoothing` is from 0 to 1, got 1.5"),
        Refusal(((4, 3), (4,)), {"label_smoothing": True}, "`label_smoothing` is a finite number, got True"),
        Refusal(
            ((4, 3), (4, 3)),
            {"ignore_index": 0},
            "`ignore_index` is for class numbers, the target has rows of probabilities",
        ),
        Refusal(
            ((4, 3), (4,)), {"ignore_index": 0.5}, "`ignore_index` is a class number that does not count, or None, got 0.5"
        ),
        Refusal(((4, 3), (4,)), {"temperature": 0}, "`temperature` is above 0, got 0"),
    ),
)
