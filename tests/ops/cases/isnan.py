"""Numbers, all of which are numbers."""

from typing import Any

from tests.ops.casebook import elementwise_cases


def torch_call(torch: Any, x: Any) -> Any:
    return torch.isnan(x).double()


CASES = elementwise_cases("isnan", torch=torch_call)
