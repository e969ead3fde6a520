"""Operands above zero."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("log", low=0.2, high=3.0)
