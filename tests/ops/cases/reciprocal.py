"""Operands away from the pole."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("reciprocal", low=0.4, high=3.0)
