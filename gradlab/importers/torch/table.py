"""Rows of a table by their numbers."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped


def _embedding(m: Any, weight: Any, indices: Any, padding_idx: int = -1, **_: Any) -> Any:
    if padding_idx is None or padding_idx < 0:
        return m.call("gather", weight, indices)
    taken, padding = m.call("gather", weight, indices), m.call("equal", indices, padding_idx)
    rank = len(m.shape_of(indices))
    mask = m.reshape(padding, (*m.shape_of(indices), 1)) if rank else padding
    return m.call("where", mask, m.call("stop_gradient", taken), taken)


def _one_hot(m: Any, x: Any, num_classes: int = -1, **_: Any) -> Any:
    return m.call("one_hot", x, classes=m.out_shape()[-1])


def _embedding_bag(m: Any, **_: Any) -> Any:
    raise Unmapped("`embedding_bag`")


MAPPING = (
    Mapping("embedding", _embedding),
    Mapping("one_hot", _one_hot),
    Mapping("_embedding_bag", _embedding_bag),
)
