"""Scores and classes; the classes are any numbers here, so that their own gradient is seen."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, reduced, refuses


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return reduced(torch, (1 - x * t) ** 2, reduction)


CASES = Cases("squared_margin", pairs, torch=torch_call, refuses=refuses("squared_margin"))
