"""New tensors, which hold what they are told and nothing of the tensor whose shape they take."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped

NAMES = (
    "zeros_like", "ones_like", "full_like", "empty_like", "new_zeros", "new_ones", "new_full", "new_empty", "zeros", "ones",
    "full", "empty", "arange", "eye", "linspace", "scalar_tensor", "zero", "zero_", "sym_size", "sym_numel", "numel",
    "_local_scalar_dense", "item", "is_nonzero", "equal", "_assert_async", "_assert_scalar", "new_empty_strided",
    "empty_strided", "empty_permuted",
)  # fmt: skip


def _keep(m: Any, **_: Any) -> Any:
    raise Unmapped("a tensor that is filled")


MAPPING = tuple(Mapping(name, _keep, kept="") for name in NAMES)
