"""Units that are on and off, PyTorch with a backward function of its own."""

from typing import Any

import numpy as np

from gradlab.op import Array
from tests.ops.casebook import elementwise_cases


def rule(g: Array, x: Array) -> Array:
    return np.maximum(g, 0) * (x > 0)


def torch_call(torch: Any, x: Any) -> Any:
    class Unit(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(context: Any, x: Any) -> Any:
            context.save_for_backward(x)
            return torch.relu(x)

        @staticmethod
        def backward(context: Any, g: Any) -> Any:
            return torch.relu(g) * (context.saved_tensors[0] > 0)

    return Unit.apply(x)


CASES = elementwise_cases("guided_relu", torch=torch_call, rule=rule)
