"""The normal distribution, which PyTorch calls `ndtr`."""

from typing import Any

from tests.ops.casebook import elementwise_cases


def torch_call(torch: Any, x: Any) -> Any:
    return torch.special.ndtr(x)


CASES = elementwise_cases("normal_cdf", torch=torch_call)
