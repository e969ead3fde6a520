"""Log-probabilities, here any numbers, and class numbers."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Rng
from tests.ops.classes import fill_classes, ignoring, refuses_classes


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (2, 3)):
        for reduction in ("mean", "sum", "none"):
            yield ((*lead, 4), lead), {"reduction": reduction}
    for reduction in ("mean", "sum", "none"):
        yield ((7, 3), (7,)), {"reduction": reduction, "ignore_index": 1}
    yield ((0, 3), (0,)), {"reduction": "sum"}


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean", ignore_index: int | None = None) -> Any:
    rows, more = x.reshape(-1, x.shape[-1]), {"reduction": reduction, **ignoring(ignore_index)}
    loss = torch.nn.functional.nll_loss(rows, t.reshape(-1).long(), **more)
    return loss.reshape(x.shape[:-1]) if reduction == "none" else loss


CASES = Cases("nll", operands, fill=fill_classes, torch=torch_call, refuses=refuses_classes("nll"))
