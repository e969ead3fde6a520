"""Two distributions a row; here any numbers above 0, so that every slope is seen."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, reduced, refuses


def torch_call(torch: Any, p: Any, q: Any, reduction: str = "mean") -> Any:
    each = torch.nn.functional.kl_div(q.log(), p, reduction="none")
    return reduced(torch, each.sum(-1) if each.dim() else each, reduction)


CASES = Cases("kl", pairs, low=0.1, high=1.0, torch=torch_call, refuses=refuses("kl"))
