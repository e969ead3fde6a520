"""The numbers of tensors as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.op import Array


class Refused(GradlabError):
    """The model cannot be imported; the text lists all that stands in the way."""


def array_of(tensor: Any) -> Array:
    """Return the numbers of a tensor, exactly: as float32 where they are not wider, else as float64. Raises Refused."""
    import torch

    if tensor.is_complex():
        raise Refused("complex numbers are not imported")
    single = tensor.dtype in (torch.float32, torch.float16, torch.bfloat16)
    one = tensor.detach().resolve_neg().to("cpu", torch.float32 if single else torch.float64)
    array: Array = np.array(one.numpy(), copy=True)
    return array
