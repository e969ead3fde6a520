"""Long short-term memory, unrolled over a sequence: every time step reads the same weights, and their gradients add.

    hs, h, c = lstm(x, units)       h[t], c[t] = lstm_cell(x[t], h[t-1], c[t-1], W, b)

x: (time, batch, features), or (time, features) for a single sequence.   hs: (time, batch, units), the state h after every
step.   h, c: (batch, units), the last ones. W and b are as in `lstm_cell`. The nodes of step 3 are in the scope `t3`:
`hs.t3.f` is its forget gate, `hs.t3.c` its cell.

Of several layers, layer k reads the states of layer k-1, its nodes are in the scope `l<k>` (`hs.l1.t3.h`), hs is of the last
layer, and h and c are lists of one a layer. With `truncate`, a step that no gradient passes begins with `h_cut` and `c_cut`.

Arguments:
    c  a node, with several layers a list of them: the cell before the first step; None: zeros

Source: Hochreiter & Schmidhuber, *Long Short-Term Memory*, Neural Computation 9, 1997; Gers, Schmidhuber & Cummins,
*Learning to Forget*, Neural Computation 12, 2000.

Example:
    x = input(shape=(7, 2, 3))
    hs, h, c = lstm(x, 5)
    logits = dense(h, 2)
"""

from __future__ import annotations

from typing import Any

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, Result, layer
from gradlab.nn.layers import lstm_cell
from gradlab.nn.layers._recurrent import sequence


def lstm(
    make: Make, x: Node, units: int, layers: int = 1, truncate: int | None = None, h: Any = None, c: Any = None, *,
    forget: float = 1.0, init: Initializer = XAVIER,
) -> Result:  # fmt: skip
    """Return all states h, then the last h and c. Raises ArgumentError, ShapeError."""
    over = sequence(make, "lstm", x, units, layers, truncate)
    weights = list(over.weights(lstm_cell.wanted("lstm", init, forget)))
    states = list(over.states({"h": h, "c": c}))
    outputs = over.unroll("hc", states, weights, lambda x, state, w: lstm_cell.step(make, x, state, w))
    return over.results(outputs, states)


LAYER = layer(lstm)
