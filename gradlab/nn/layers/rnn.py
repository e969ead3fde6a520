"""A simple recurrent network, unrolled over a sequence: every time step reads the same weights, and their gradients add.

    hs, h = rnn(x, units)           h[t] = act([x[t], h[t-1]] @ W + b)

x: (time, batch, features), or (time, features) for a single sequence.   hs: (time, batch, units), the state after every
step.   h: (batch, units), the last one. W and b are as in `rnn_cell`. The nodes of step 3 are in the scope `t3`: `hs.t3.h`.

Of several layers, layer k reads the states of layer k-1, its nodes are in the scope `l<k>` (`hs.l1.t3.h`), hs is of the last
layer, and h a list of one a layer. With `truncate`, a step that no gradient passes begins with the node `h_cut`.

Source: Elman, *Finding Structure in Time*, Cognitive Science 14, 1990; Werbos, *Backpropagation Through Time*, 1990.

Example:
    x = input(shape=(7, 2, 3))
    hs, h = rnn(x, 5, layers=2)
"""

from __future__ import annotations

from typing import Any

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, Result, activation_of, layer
from gradlab.nn.layers import rnn_cell
from gradlab.nn.layers._recurrent import sequence
from gradlab.op import Op
from gradlab.ops.tanh import OP as TANH


def rnn(
    make: Make, x: Node, units: int, layers: int = 1, truncate: int | None = None, h: Any = None, act: Op = TANH,
    init: Initializer = XAVIER,
) -> Result:  # fmt: skip
    """Return all states, then the last. Raises ArgumentError, ShapeError."""
    over, name = sequence(make, "rnn", x, units, layers, truncate), activation_of("rnn", "act", act)
    weights = list(over.weights(rnn_cell.wanted("rnn", init)))
    states = list(over.states({"h": h}))
    outputs = over.unroll("h", states, weights, lambda x, state, w: rnn_cell.step(make, name, x, state, w))
    return over.results(outputs, states)


LAYER = layer(rnn)
