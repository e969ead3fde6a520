"""The numbers of tensors as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.op import Array


class Refused(GradlabError):
    """The model cannot be imported; the text lists all that stands in the way. opaque: whether opaque nodes would help."""

    opaque = False


SPARSE, COMPLEX = "sparse tensors", "complex numbers"


def strange(tensor: Any) -> str:
    """Return what a tensor is called that is not an array of real numbers; "" of one that is."""
    import torch

    if tensor.is_complex():
        return COMPLEX
    if tensor.is_nested:
        return "nested tensors"
    return SPARSE if tensor.layout != torch.strided else ""


def array_of(tensor: Any) -> Array:
    """Return the numbers of a tensor, exactly: as float32 where they are not wider, else as float64; a sparse one whole.

    Raises Refused.
    """
    import torch

    if (kind := strange(tensor)) and kind != SPARSE:
        raise Refused(f"{kind} are not imported")
    tensor = tensor.to_dense() if tensor.layout != torch.strided else tensor
    tensor = tensor.clone() if tensor._is_zerotensor() else tensor  # zeros that have no memory
    single = tensor.dtype in (torch.float32, torch.float16, torch.bfloat16)
    one = tensor.detach().resolve_neg().to("cpu", torch.float32 if single else torch.float64)
    array: Array = np.array(one.numpy(), copy=True)
    return array
