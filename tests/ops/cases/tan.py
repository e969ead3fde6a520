"""Operands between two poles."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("tan", low=-1.2, high=1.2)
