"""Soft attention over locations: a glance that is spread over all of them, and so has a gradient everywhere.

    z, weights = soft_attention(x, h, units)

    scores = tanh(x @ W + b + h @ U) @ v      x: (…, places, n)   W: (n, units)   h: (…, m)   U: (m, units)   v: (units,)
    weights = softmax(scores)                 (…, places), the sum is 1
    z = Σ weights[i] · x[i]                   (…, n)

h is what asks, for instance the state of a recurrent layer; without it, the glance depends on x alone. The node `scores` is
what the softmax is of.

Arguments:
    h      a node: what asks, (…, m), for instance the state of a recurrent layer; None: the glance depends on x alone
    units  whole, from 1: the width of W, U and v

Source: Bahdanau, Cho & Bengio, *Neural Machine Translation by Jointly Learning to Align and Translate*, ICLR 2015; Xu et
al., *Show, Attend and Tell*, ICML 2015.

Example:
    x = input(shape=(2, 5, 6))
    h = const(shape=(2, 4))
    z, weights = soft_attention(x, h, units=8)
"""

from __future__ import annotations

from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, Result, initializer_of, layer, node_of
from gradlab.nn.layers._attention import sequence_of
from gradlab.nn.layers._blocks import weighed


def soft_attention(make: Make, x: Node, h: Any = None, units: int = 32, init: Initializer = XAVIER) -> Result:
    """Return the weighted sum of the locations, and the weights. Raises ArgumentError, ShapeError."""
    shape, units = sequence_of("soft_attention", "x", x), whole("soft_attention", "units", units)
    init = initializer_of("soft_attention", "init", init)
    total = weighed(make, x, units, init)
    if h is not None:
        total = make.op("add", [total, _asked(make, shape, h, units, init)])
    scores = make.op("matmul", [make.op("tanh", [total]), make.param("v", (units,), init)])
    weights = make.named("weights", make.op("softmax", [make.named("scores", scores)], axis=-1))
    rows = make.op("reshape", [weights], shape=(*shape[:-2], 1, shape[-2]))
    return make.op("reshape", [make.op("matmul", [rows, x])], shape=(*shape[:-2], shape[-1])), weights


def _asked(make: Make, shape: tuple[int, ...], h: Any, units: int, init: Initializer) -> Node:
    """Return h @ U with an axis for the places, along which it is the same."""
    asking = node_of("soft_attention", "h", h).shape
    if not asking or asking[:-1] != shape[:-2]:
        raise ShapeError(f"x is (…, places, n) and h (…, m), got {shape} and {asking}")
    product = make.op("matmul", [h, make.param("U", (asking[-1], units), init)])
    return make.op("reshape", [product], shape=(*asking[:-1], 1, units))


LAYER = layer(soft_attention)
