"""Numbers on both sides of some whole ones."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("floor", low=-3.1, high=3.3)
