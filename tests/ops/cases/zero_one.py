"""Scores and classes; the classes are any numbers here, so that their own gradient is seen."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import few, reduced, refuses


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return reduced(torch, (x * t <= 0).to(x.dtype), reduction)


CASES = Cases("zero_one", few, torch=torch_call, refuses=refuses("zero_one"))
