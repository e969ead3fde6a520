"""Scores and attributes; these are any numbers here, so that their own gradient is seen."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, reduced, refuses


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    each = torch.clamp(1 - x * t, min=0)
    each = each.sum(-1) if each.dim() else each
    return reduced(torch, each, reduction)


CASES = Cases("attribute_hinge", pairs, torch=torch_call, refuses=refuses("attribute_hinge"))
