"""Rows of a table by their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch._segments import gathered

MODES = ("sum", "mean", "amax")


def _embedding(m: Any, weight: Any, indices: Any, padding_idx: int = -1, **_: Any) -> Any:
    if padding_idx is None or padding_idx < 0:
        return m.call("gather", weight, indices)
    taken, padding = m.call("gather", weight, indices), m.call("equal", indices, padding_idx)
    rank = len(m.shape_of(indices))
    mask = m.reshape(padding, (*m.shape_of(indices), 1)) if rank else padding
    return m.call("where", mask, m.call("stop_gradient", taken), taken)


def _one_hot(m: Any, x: Any, num_classes: int = -1, **_: Any) -> Any:
    return m.call("one_hot", x, classes=m.out_shape()[-1])


def _embedding_bag(
    m: Any,
    weight: Any,
    indices: Any,
    offsets: Any,
    *,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = -1,
    **_: Any,
) -> Any:
    """Return a row for each bag of rows: a bag reaches from its offset to the next one."""
    if scale_grad_by_freq:
        raise Unmapped("`scale_grad_by_freq`")
    padding_idx = -1 if padding_idx is None else padding_idx
    starts = m.numbers(offsets, "where the bags begin").astype(np.int64)
    starts = starts[:-1] if include_last_offset else starts
    taken = m.numbers(indices, "which rows are taken") if padding_idx >= 0 else np.zeros(m.shape_of(indices))
    kept = np.flatnonzero(taken != padding_idx) if padding_idx >= 0 else np.arange(len(taken))
    bags = (np.searchsorted(starts, np.arange(len(taken)), side="right") - 1)[kept]
    rows = m.call("gather", weight, indices)
    if per_sample_weights is not None:
        rows = m.call("mul", rows, m.reshape(per_sample_weights, (len(taken), 1)))
    if len(kept) < len(taken):
        rows = m.call("gather", rows, KnownTensor(kept.astype(np.float64)))
    return gathered(m, rows, bags, len(starts), MODES[mode]), None, None, None


MAPPING = (
    Mapping("embedding", _embedding),
    Mapping("one_hot", _one_hot),
    Mapping("_embedding_bag", _embedding_bag, ("embedding_bag", "_embedding_bag_forward_only")),
)
