"""Numbers on both sides of one another."""

from typing import Any

from tests.ops.casebook import elementwise_cases


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.greater_equal(x, y).double()


CASES = elementwise_cases("greater_equal", torch=torch_call)
