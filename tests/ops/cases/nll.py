"""Log-probabilities, here any numbers, and class numbers."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Rng
from tests.ops.classes import fill_classes, refuses_classes


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (2, 3)):
        for reduction in ("mean", "sum"):
            yield ((*lead, 4), lead), {"reduction": reduction}
    yield ((0, 3), (0,)), {"reduction": "sum"}


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return torch.nn.functional.nll_loss(x.reshape(-1, x.shape[-1]), t.reshape(-1).long(), reduction=reduction)


CASES = Cases("nll", operands, fill=fill_classes, torch=torch_call, refuses=refuses_classes("nll"))
