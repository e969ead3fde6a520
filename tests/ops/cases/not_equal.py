"""Numbers on both sides of one another."""

from typing import Any

from tests.ops.casebook import elementwise_cases


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.ne(x, y).double()


CASES = elementwise_cases("not_equal", torch=torch_call)
