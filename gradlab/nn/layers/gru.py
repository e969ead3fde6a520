"""Gated recurrent units, unrolled over a sequence: every time step reads the same weights, and their gradients add.

    hs, h = gru(x, units)           h[t] = gru_cell(x[t], h[t-1], W, b, W_h, b_h)

x: (time, batch, features), or (time, features) for a single sequence.   hs: (time, batch, units), the state after every
step.   h: (batch, units), the last one. The weights are as in `gru_cell`, `reset_after` too. The nodes of step 3 are in the
scope `t3`: `hs.t3.z` is its update gate.

Of several layers, layer k reads the states of layer k-1, its nodes are in the scope `l<k>` (`hs.l1.t3.h`), hs is of the last
layer, and h a list of one a layer. With `truncate`, a step that no gradient passes begins with the node `h_cut`.

Source: Cho et al., *Learning Phrase Representations using RNN Encoder-Decoder*, EMNLP 2014.

Example:
    x = input(shape=(7, 2, 3))
    hs, h = gru(x, 5)
"""

from __future__ import annotations

from typing import Any

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, Result, layer
from gradlab.nn.layers import gru_cell
from gradlab.nn.layers._recurrent import sequence


def gru(
    make: Make, x: Node, units: int, layers: int = 1, truncate: int | None = None, h: Any = None, reset_after: bool = False,
    init: Initializer = XAVIER,
) -> Result:  # fmt: skip
    """Return all states, then the last. Raises ArgumentError, ShapeError."""
    over = sequence(make, "gru", x, units, layers, truncate)
    weights = list(over.weights(gru_cell.wanted("gru", init, reset_after)))
    states = list(over.states({"h": h}))
    outputs = over.unroll("h", states, weights, lambda x, state, w: gru_cell.step(make, x, state, w))
    return over.results(outputs, states)


LAYER = layer(gru)
