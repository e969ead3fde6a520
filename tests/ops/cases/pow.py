"""Bases above zero, for which every exponent has a derivative."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("pow", low=0.2, high=3.0)
