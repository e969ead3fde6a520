"""Sums over axes, also of nothing."""

from tests.ops.casebook import Cases
from tests.ops.reductions import REFUSES, over_axes, torch_over

CASES = Cases("sum", over_axes(empty=True), torch=torch_over("sum"), refuses=REFUSES)
