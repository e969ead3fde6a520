"""One step of a gated recurrent unit: a gate mixes the state before with a candidate.

    z, r = split(σ([x, h] @ W + b), 2)            W: (n + units, 2 · units)   b: (2 · units,)
    ĥ = tanh([x, r · h] @ W_h + b_h)              W_h: (n + units, units)     b_h: (units,)
    h' = z · h + (1 - z) · ĥ                      x: (…, n)   h: (…, units)

With z near 1 the state is kept, and the gradient passes unweighted. The nodes are `z`, `r` and `candidate`. The rows of W
and W_h begin with those for x. With the weights given, steps share them; without, this one has its own. `gru` repeats the
step over a sequence.

With `reset_after` ĥ = tanh(x @ W_h + b_h + r · (h @ U_h + c_h)), as cuDNN and PyTorch have it; W_h is (n, units), and U_h:
(units, units) and c_h: (units,) are wanted, too.

Arguments:
    h         a node: the state before, (…, units)
    W_h, b_h  a node to use as the parameter; None: a new one
    U_h, c_h  a node to use as the parameter, with `reset_after` only; None: a new one

Source: Cho et al., *Learning Phrase Representations using RNN Encoder-Decoder*, EMNLP 2014.

Example:
    x, h = input(shape=(2, 3)), const(shape=(2, 5))
    h = gru_cell(x, h)
"""

from __future__ import annotations

from gradlab.arguments import choice
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, initializer_of, layer
from gradlab.nn.layers._recurrent import State, Weight, Weights, cell_weights, joined, mixed, parts


def wanted(word: str, init: Initializer, reset_after: bool) -> tuple[Weight, ...]:
    """Return what a cell learns. Raises ArgumentError."""
    initializer_of(word, "init", init)
    gates = (
        Weight("W", lambda n, units: (n + units, 2 * units), init),
        Weight("b", lambda n, units: (2 * units,), ZEROS),
    )
    bias = Weight("b_h", lambda n, units: (units,), ZEROS)
    if not choice(word, "reset_after", reset_after, (True, False)):
        return *gates, Weight("W_h", lambda n, units: (n + units, units), init), bias
    recurrent = (
        Weight("U_h", lambda n, units: (units, units), init),
        Weight("c_h", lambda n, units: (units,), ZEROS),
    )
    return *gates, Weight("W_h", lambda n, units: (n, units), init), bias, *recurrent


def step(make: Make, x: Node, state: State, weights: Weights) -> State:
    """Return the next state."""
    h = state[0]
    z, r = parts(make, make.op("sigmoid", [make.op("affine", [joined(make, x, h), *weights[:2]])]), ("z", "r"))
    candidate = make.named("candidate", make.op("tanh", [_candidate(make, x, h, r, weights[2:])]))
    return (mixed(make, z, h, candidate),)


def _candidate(make: Make, x: Node, h: Node, r: Node, weights: Weights) -> Node:
    """Return what the candidate is the tanh of."""
    if len(weights) == 2:
        return make.op("affine", [joined(make, x, make.op("mul", [r, h])), *weights])
    behind = make.op("mul", [r, make.op("affine", [h, *weights[2:]])])
    return make.op("add", [make.op("affine", [x, *weights[:2]]), behind])


def gru_cell(
    make: Make, x: Node, h: Node, W: Node | None = None, b: Node | None = None, W_h: Node | None = None,
    b_h: Node | None = None, *, U_h: Node | None = None, c_h: Node | None = None, reset_after: bool = False,
    init: Initializer = XAVIER,
) -> Node:  # fmt: skip
    """Return the next state (…, units). Raises ArgumentError, ShapeError."""
    weights = wanted("gru_cell", init, reset_after)
    given = (W, b, W_h, b_h, U_h, c_h)[: len(weights)]
    return step(make, x, (h,), cell_weights(make, "gru_cell", x, {"h": h}, weights, given))[0]


LAYER = layer(gru_cell)
