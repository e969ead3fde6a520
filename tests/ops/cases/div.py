"""Operands away from the pole."""

from tests.ops.casebook import Refusal, elementwise_cases

CASES = elementwise_cases(
    "div",
    low=0.4,
    high=3.0,
    refuses=(Refusal(((2, 3), (4,)), {}, "shapes (2, 3) and (4,) do not broadcast"),),
)
