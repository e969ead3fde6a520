"""One step of a long short-term memory: gates decide what the cell forgets, takes in and shows.

    h, c = lstm_cell(x, h, c, W, b)

    i, f, o, g = split([x, h] @ W + b, 4)         W: (n + units, 4 · units)   b: (4 · units,)
    c' = σ(f) · c + σ(i) · tanh(g)                x: (…, n)   h, c: (…, units)
    h' = σ(o) · tanh(c')

The cell c is a road for the gradient: ∂c'/∂c = σ(f), and no weight is on it. The gates are the nodes `i`, `f`, `o` and `g`,
what they are made of `z_i`, `z_f`, `z_o` and `z_g`, the two terms of c' `kept` and `added`, and `tanh_c`. The rows of W begin
with those for x. The part of b for the forget gate begins with `forget`, by default 1, the rest with 0: a new cell keeps
what it has. With `W` and `b` given, steps share them; without, this one has its own. `lstm` repeats the step over a
sequence.

Arguments:
    h  a node: the state before, (…, units)
    c  a node: the cell before, (…, units)

Source: Hochreiter & Schmidhuber, *Long Short-Term Memory*, Neural Computation 9, 1997; Gers, Schmidhuber & Cummins,
*Learning to Forget*, Neural Computation 12, 2000.

Example:
    x = input(shape=(2, 3))
    h, c = const(shape=(2, 5)), const(shape=(2, 5))
    h, c = lstm_cell(x, h, c)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number
from gradlab.graph.graph import Node
from gradlab.graph.random import Stream
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.layer import Make, Result, initializer_of, layer
from gradlab.nn.layers._recurrent import State, Weight, Weights, cell_weights, joined, parts
from gradlab.op import Array, Shape


def _lstm_bias(stream: Stream, shape: Shape, forget: float = 1.0) -> Array:
    """Return zeros, and `forget` in the second of four parts."""
    return np.repeat([0.0, forget, 0.0, 0.0], shape[0] // 4)


BIAS = Initializer("lstm_bias", _lstm_bias)


def wanted(word: str, init: Initializer, forget: float) -> tuple[Weight, ...]:
    """Return what a cell learns. Raises ArgumentError."""
    return (
        Weight("W", lambda n, units: (n + units, 4 * units), initializer_of(word, "init", init)),
        Weight("b", lambda n, units: (4 * units,), BIAS(number(word, "forget", forget))),
    )


def step(make: Make, x: Node, state: State, weights: Weights) -> State:
    """Return the next h and c."""
    h, c = state
    z = make.op("affine", [joined(make, x, h), *weights])
    z_i, z_f, z_o, z_g = parts(make, z, ("z_i", "z_f", "z_o", "z_g"))
    i = make.named("i", make.op("sigmoid", [z_i]))
    f = make.named("f", make.op("sigmoid", [z_f]))
    o = make.named("o", make.op("sigmoid", [z_o]))
    g = make.named("g", make.op("tanh", [z_g]))
    kept, added = make.named("kept", make.op("mul", [f, c])), make.named("added", make.op("mul", [i, g]))
    c = make.op("add", [kept, added])
    return make.op("mul", [o, make.named("tanh_c", make.op("tanh", [c]))]), c


def lstm_cell(
    make: Make, x: Node, h: Node, c: Node, W: Node | None = None, b: Node | None = None, forget: float = 1.0,
    init: Initializer = XAVIER,
) -> Result:  # fmt: skip
    """Return the next h and c, each (…, units). Raises ArgumentError, ShapeError."""
    weights = cell_weights(make, "lstm_cell", x, {"h": h, "c": c}, wanted("lstm_cell", init, forget), (W, b))
    return step(make, x, (h, c), weights)


LAYER = layer(lstm_cell)
