"""Numbers on both sides of the step."""

from typing import Any

from tests.ops.casebook import elementwise_cases


def torch_call(torch: Any, x: Any) -> Any:
    return torch.sign(x).clamp(min=0)


CASES = elementwise_cases("step", torch=torch_call)
