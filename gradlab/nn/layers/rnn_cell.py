"""One step of a simple recurrent network: the new state depends on the input and on the state before.

    h' = act([x, h] @ W + b)        x: (…, n)   h: (…, units)   W: (n + units, units)   b: (units,)

The rows of W begin with those for x; those for h follow. With `W` and `b` given, steps share them; without, this one has its
own. `rnn` repeats the step over a sequence.

Arguments:
    h  a node: the state before, (…, units)

Source: Elman, *Finding Structure in Time*, Cognitive Science 14, 1990.

Example:
    x, h = input(shape=(2, 3)), const(shape=(2, 5))
    h = rnn_cell(x, h)
"""

from __future__ import annotations

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.xavier import INIT as XAVIER
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, activation_of, initializer_of, layer
from gradlab.nn.layers._recurrent import State, Weight, Weights, cell_weights, joined
from gradlab.op import Op
from gradlab.ops.tanh import OP as TANH


def wanted(word: str, init: Initializer) -> tuple[Weight, ...]:
    """Return what a cell learns. Raises ArgumentError."""
    return (
        Weight("W", lambda n, units: (n + units, units), initializer_of(word, "init", init)),
        Weight("b", lambda n, units: (units,), ZEROS),
    )


def step(make: Make, act: str, x: Node, state: State, weights: Weights) -> State:
    """Return the next state."""
    return (make.op(act, [make.named("z", make.op("affine", [joined(make, x, state[0]), *weights]))]),)


def rnn_cell(
    make: Make, x: Node, h: Node, W: Node | None = None, b: Node | None = None, act: Op = TANH, init: Initializer = XAVIER
) -> Node:
    """Return the next state (…, units). Raises ArgumentError, ShapeError."""
    weights = cell_weights(make, "rnn_cell", x, {"h": h}, wanted("rnn_cell", init), (W, b))
    return step(make, activation_of("rnn_cell", "act", act), x, (h,), weights)[0]


LAYER = layer(rnn_cell)
