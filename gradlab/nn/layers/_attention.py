"""What layers of attention share: scores, the mask, and the weighted sum."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradlab.arguments import choice
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.layer import Make, node_of

HIDDEN = -1e9
"""The score of what may not be seen: its weight is exactly 0, and no infinite number is in the graph."""


def attended(make: Make, q: Node, k: Node, v: Node, seen: Node | None) -> Node:
    """Return softmax(q @ k.T / √d) @ v over the last two axes; `seen` is 0 where nothing may be looked at."""
    rank = len(k.shape)
    if not k.shape[-1]:
        raise ShapeError(f"keys have at least one feature, got shape {k.shape}")
    turned = make.op("transpose", [k], axes=(*range(rank - 2), rank - 1, rank - 2))
    scale = make.constant(1 / math.sqrt(k.shape[-1]))
    scores = make.op("mul", [make.op("matmul", [q, turned]), scale])
    if seen is not None:
        scores = make.op("where", [seen, make.named("open_scores", scores), make.constant(HIDDEN)])
    weights = make.op("softmax", [make.named("scores", scores)], axis=-1)
    return make.op("matmul", [make.named("weights", weights), v])


def mask_of(make: Make, word: str, mask: Any, causal: Any, times: tuple[int, int]) -> Node | None:
    """Return the mask, if there is one: as given, or a triangle. times: places of queries and keys. Raises ArgumentError."""
    if not choice(word, "causal", causal, (True, False)):
        return None if mask is None else node_of(word, "mask", mask)
    if mask is not None:
        raise ShapeError("`causal` makes a mask of its own: give one of the two")
    return make.constant(np.tri(*times))


def sequence_of(word: str, name: str, value: Any) -> tuple[int, ...]:
    """Return the shape. Raises ArgumentError, ShapeError unless it is a sequence of vectors, or several."""
    shape = node_of(word, name, value).shape
    if len(shape) < 2:
        raise ShapeError(f"`{name}` is of shape (…, places, features), got {shape}")
    return shape
