"""Nothing comes back, so PyTorch has nothing to compare."""

from tests.ops.casebook import elementwise_cases

CASES = elementwise_cases("stop_gradient", torch=None)
