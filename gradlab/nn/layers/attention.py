"""Scaled dot-product attention: every query looks at all keys, and takes the values in proportion.

    scores = q @ k.T / √d                   q: (…, m, d)   k: (…, n, d)   v: (…, n, e)
    weights = softmax(scores)               along the keys: a row of weights sums to 1
    z = weights @ v                         z: (…, m, e)

mask: 1 where a query may look at a key and 0 where not, of shape (m, n) or one that broadcasts to the scores.
causal: a query at place i sees the keys up to i. Without the √d, the scores of long vectors would saturate the softmax.
There is no parameter in it; the nodes are `scores` and `weights`.

Known as: scaled_dot_product_attention.
Source: Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.

Example:
    q, k, v = randn(4, 8), randn(6, 8), randn(6, 3)
    z = attention(q, k, v)
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.layer import Make, layer
from gradlab.nn.layers._attention import attended, mask_of, sequence_of


def attention(make: Make, q: Node, k: Node, v: Node, mask: Any = None, causal: bool = False) -> Node:
    """Return the weighted sums of the values. Raises ArgumentError, ShapeError."""
    asked, keys, values = (sequence_of("attention", name, node) for name, node in (("q", q), ("k", k), ("v", v)))
    if asked[-1] != keys[-1]:
        raise ShapeError(f"queries and keys have as many features: got q {asked} and k {keys}")
    if keys[:-1] != values[:-1]:
        raise ShapeError(f"every key has a value: got k {keys} and v {values}")
    return attended(make, q, k, v, mask_of(make, "attention", mask, causal, (asked[-2], keys[-2])))


LAYER = layer(attention)
