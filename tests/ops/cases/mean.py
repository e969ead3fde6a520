"""Means over axes; that of nothing is tested by itself."""

from tests.ops.casebook import Cases
from tests.ops.reductions import REFUSES, over_axes, torch_over

CASES = Cases("mean", over_axes(empty=False), torch=torch_over("mean"), refuses=REFUSES)
