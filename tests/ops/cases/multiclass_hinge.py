"""Scores of classes, and class numbers."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.classes import fill_classes, refuses_classes


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (2, 3)):
        yield ((*lead, 4), lead), {}
        yield ((*lead, 4), lead), {"reduction": "sum", "margin": 0.5}
    yield ((0, 3), (0,)), {"reduction": "sum"}
    yield ((3, 4), (3,)), {"reduction": "none"}
    yield ((2, 1, 3), (2, 1)), {"reduction": "none"}


def torch_call(torch: Any, x: Any, t: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    rows = x.reshape(-1, x.shape[-1])
    if rows.shape[0] == 0:
        return rows.sum()
    loss = torch.nn.functional.multi_margin_loss(rows, t.reshape(-1).long(), margin=margin, reduction=reduction)
    return (loss.reshape(x.shape[:-1]) if reduction == "none" else loss) * x.shape[-1]


CASES = Cases(
    "multiclass_hinge",
    operands,
    fill=fill_classes,
    torch=torch_call,
    refuses=(
        *refuses_classes("multiclass_hinge"),
        Refusal(((4, 3), (4,)), {"margin": "wide"}, "`margin` is a finite number, got 'wide'"),
    ),
)
