"""Self-attention with several heads: each looks with its own queries, keys and values at a part of the features.

    q, k, v = x @ W_q + b_q,  x @ W_k + b_k,  x @ W_v + b_v         x: (batch, places, n) or (places, n)   W: (n, units)
    z = [head_0, head_1, …] @ W_o + b_o                             z: (batch, places, units)   W_o: (units, units)

A head is `attention` on units/heads of the features. With a `memory` it is cross-attention. The nodes are `q`, `k`, `v` (…,
heads, places, units/heads), `scores`, `weights` (…, heads, places, places) and `heads`.

Arguments:
    heads   whole, from 1: heads, which divide the units
    units   whole, from 1: numbers that it gives for a place; None: as many as x has
    memory  a node: what keys and values are made of, (…, places, m); None: x

Source: Vaswani et al., *Attention Is All You Need*, NeurIPS 2017.

Example:
    x = input(shape=(2, 5, 6))
    z = multi_head_attention(x, heads=3, causal=True)
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, initializer_of, layer
from gradlab.nn.layers._attention import attended, mask_of, sequence_of
from gradlab.nn.layers._blocks import units_of, weighed

WORD = "multi_head_attention"


def multi_head_attention(
    make: Make, x: Node, heads: int, units: int | None = None, mask: Any = None, causal: bool = False, *,
    memory: Any = None, init: Initializer = XAVIER,
) -> Node:  # fmt: skip
    """Return what all heads have seen, mixed. Raises ArgumentError, ShapeError."""
    shape, source = sequence_of(WORD, "x", x), x if memory is None else memory
    keys = sequence_of(WORD, "memory", source)
    heads, units, init = whole(WORD, "heads", heads), units_of(WORD, units, shape[-1]), initializer_of(WORD, "init", init)
    if units % heads:
        raise ArgumentError(f"`heads` of `{WORD}` divides the units: {units} units are no {heads} equal heads")
    q, k, v = (
        make.named(mark, _apart(make, weighed(make, node, units, init, f"_{mark}"), heads))
        for mark, node in (("q", x), ("k", source), ("v", source))
    )
    z = attended(make, q, k, v, mask_of(make, WORD, mask, causal, (shape[-2], keys[-2])))
    return weighed(make, make.named("heads", _together(make, z)), units, init, "_o")


def _apart(make: Make, x: Node, heads: int) -> Node:
    """Return (…, heads, places, units/heads) of (…, places, units)."""
    *outer, places, units = x.shape
    split = make.op("reshape", [x], shape=(*outer, places, heads, units // heads))
    return make.op("transpose", [split], axes=_swapped(len(split.shape)))


def _together(make: Make, z: Node) -> Node:
    """Return (…, places, units) of (…, heads, places, units/heads)."""
    *outer, heads, places, size = z.shape
    return make.op("reshape", [make.op("transpose", [z], axes=_swapped(len(z.shape)))], shape=(*outer, places, heads * size))


def _swapped(rank: int) -> tuple[int, ...]:
    """Return the axes with the second and third from the end exchanged."""
    return (*range(rank - 3), rank - 2, rank - 3, rank - 1)


LAYER = layer(multi_head_attention)
