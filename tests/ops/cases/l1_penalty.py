"""Weights of any shape."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import penalties, refuses_penalty


def torch_call(torch: Any, x: Any, strength: float = 1.0, reduction: str = "sum") -> Any:
    return strength * getattr(x.abs(), reduction)()


CASES = Cases("l1_penalty", penalties, jump=0.06, torch=torch_call, refuses=refuses_penalty())
