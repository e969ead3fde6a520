"""Scores and classes; the classes are any numbers here, so that their own gradient is seen."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import few, reduced, refuses


def torch_call(torch: Any, x: Any, t: Any, reduction: str = "mean") -> Any:
    return reduced(torch, torch.clamp(-x * t, min=0), reduction)


CASES = Cases("perceptron_loss", few, jump=0.05, torch=torch_call, refuses=refuses("perceptron_loss"))
