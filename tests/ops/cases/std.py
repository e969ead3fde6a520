"""Spreads over axes."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.reductions import REFUSES, over_axes, several


def torch_call(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    return ((x - x.mean(dim=axes, keepdim=True)) ** 2).mean(dim=axes, keepdim=keepdims).sqrt()


CASES = Cases("std", several(over_axes(empty=False)), torch=torch_call, refuses=REFUSES)
