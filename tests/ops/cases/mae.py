"""Predictions and targets."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, refuses


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return torch.nn.functional.l1_loss(x, t, reduction=reduction)


CASES = Cases("mae", pairs, torch=torch_call, refuses=refuses("mae"))
