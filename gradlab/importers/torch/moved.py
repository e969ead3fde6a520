"""Operators that bring numbers to other places, or leave some out, and change none: where each comes from is asked of PyTorch.

They are run with the numbers 1, 2, 3 … in the place of what they move; 0 stands where there is none.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.importers.torch._capture import Value, mapped
from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping, Unmapped

NAMES = (
    "unfold", "as_strided", "im2col", "rot90", "diag_embed", "take", "pixel_unshuffle", "channel_shuffle",
    "native_channel_shuffle", "_pack_padded_sequence", "masked_select", "unfold_copy", "as_strided_copy",
)  # fmt: skip
MOST = float(1 << 53)
"""Numbers that can be told apart."""


def _moved(m: Any, x: Any, **others: Any) -> Any:
    for one in others.values():
        m.numbers(one, "which numbers are taken")
    places = _places(m)
    flat = m.reshape(m.item(x), (prod(m.shape_of(x)),))
    taken = m.call("gather", flat, KnownTensor(np.maximum(places - 1, 0)))
    return taken if places.all() else m.call("where", KnownTensor((places > 0).astype(np.float64)), taken, 0.0)


def _places(m: Any) -> Any:
    """Return from which element, counted from 1, each comes that the operator gives."""
    import torch

    first = next(iter(m.called.args))
    if first.tensor.numel() >= MOST:
        raise Unmapped("more numbers than can be told apart")
    counted = torch.empty_strided(first.tensor.shape, first.tensor.stride(), dtype=torch.float64)
    counted = counted if m.called.name.startswith("as_strided") else torch.empty(first.tensor.shape, dtype=torch.float64)
    counted.copy_(torch.arange(1, counted.numel() + 1, dtype=torch.float64).reshape(counted.shape))
    rest = mapped(m.called.args[1:], _numbers), mapped(m.called.named, _numbers)
    with torch.no_grad():
        found = m.called.operator(counted, *rest[0], **rest[1])
    first = found[0] if isinstance(found, list | tuple) else found
    return np.array(first.numpy(), copy=True)


def _numbers(one: Any) -> Any:
    return one.numbers if isinstance(one, Value) else one


def _with_sizes(m: Any, **given: Any) -> Any:
    return _moved(m, given.pop("input"), **given), None


MAPPING = (
    *(Mapping(name, _moved) for name in NAMES if name != "_pack_padded_sequence"),
    Mapping("_pack_padded_sequence", _with_sizes),
)
