"""What the blocks of deep networks share: an affine op with parameters of its own, and a branch of several."""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.errors import ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make, node_of

MAX_DEPTH = 1_000


def width_of(word: str, x: Node, name: str = "x") -> int:
    """Return the size of the last axis. Raises ArgumentError, ShapeError for a single number."""
    shape = node_of(word, name, x).shape
    if not shape:
        raise ShapeError(f"`{name}` of `{word}` is a vector or rows of vectors, got a single number")
    return shape[-1]


def weighed(make: Make, x: Node, units: int, init: Initializer, mark: str = "", bias: Initializer = ZEROS) -> Node:
    """Return x @ W + b with new parameters, `W<mark>` and `b<mark>`."""
    return make.op("affine", [x, make.param(f"W{mark}", (x.shape[-1], units), init), make.param(f"b{mark}", (units,), bias)])


def units_of(word: str, units: int | None, width: int) -> int:
    """Return how many units a block has: as many as x where nothing is said. Raises ArgumentError."""
    return width if units is None else whole(word, "units", units)


def shortcut(make: Make, x: Node, units: int, init: Initializer) -> Node:
    """Return x, or x @ W_skip where the block has another width."""
    if x.shape[-1] == units:
        return x
    return make.named("skip", make.op("matmul", [x, make.param("W_skip", (x.shape[-1], units), init)]))
