"""Operands above -1."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("log1p", low=-0.8, high=3.0)
