"""Two distributions a row; here any numbers above 0, so that every slope is seen."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, refuses


def torch_call(torch: Any, p: Any, q: Any, reduction: str = "mean") -> Any:
    total = torch.nn.functional.kl_div(q.log(), p, reduction="sum")
    return total if reduction == "sum" else total / max(1, p[..., :1].numel() if p.dim() else 1)


CASES = Cases("kl", pairs, low=0.1, high=1.0, torch=torch_call, refuses=refuses("kl"))
