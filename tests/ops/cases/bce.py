"""Logits, also large ones, and targets."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, refuses


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(x, t, reduction=reduction)


CASES = Cases("bce", pairs, low=-8.0, high=8.0, torch=torch_call, refuses=refuses("bce"))
