"""Operands between -1 and 1."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("acos", low=-0.9, high=0.9)
