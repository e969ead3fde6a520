"""Layers of given sizes on one another, for encoders and decoders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradlab.arguments import choice, whole
from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.nn.layer import Make

Letters = tuple[str, str, str]

MAX_SIZES = 1_000


def sizes_of(word: str, sizes: Any) -> list[int]:
    """Return the sizes of layers. Raises ArgumentError unless they are one or more whole numbers."""
    listed = list(sizes) if isinstance(sizes, list | tuple) else [sizes]
    if not 1 <= len(listed) <= MAX_SIZES:
        raise ArgumentError(f"`sizes` of `{word}` is a list of 1 to {MAX_SIZES:,} whole numbers, got {len(listed)}")
    return [whole(word, "sizes", size) for size in listed]


def stacked(make: Make, x: Node, weights: Sequence[Node], act: str, last: bool, letters: Letters = ("b", "z", "h")) -> Node:
    """Return x through an affine op for each matrix, with `act` behind each of them; behind the last only if `last`.

    letters: of the biases, of what the affine ops give, and of what act makes of it.
    """
    bias, sums, bent = letters
    for k, matrix in enumerate(weights, 1):
        x = make.op("affine", [x, matrix, make.param(f"{bias}_{k}", matrix.shape[1:], ZEROS)])
        if k < len(weights) or last:
            x = make.op(act, [make.named(f"{sums}_{k}", x)])
        if k < len(weights):
            make.named(f"{bent}_{k}", x)
    return x


def matrices(make: Make, n: int, sizes: Sequence[int], init: Initializer, letter: str = "W") -> list[Node]:
    """Make the matrix of every layer."""
    return [make.param(f"{letter}_{k}", shape, init) for k, shape in enumerate(zip([n, *sizes], sizes, strict=False), 1)]


def flag(word: str, name: str, value: Any) -> bool:
    """Return the value. Raises ArgumentError unless it is True or False."""
    return bool(choice(word, name, value, (True, False)))
