"""Dropout: in training every unit is switched off with probability p, so that no unit can rely on another one.

    z = x · mask           x, mask, z: of one shape

The mask is a node, drawn anew in every update and held until the backward pass is done: what was dropped gets no gradient. What
is kept is scaled by 1/(1-p), so that nothing need be done when the model is used (`mode eval`). With `inverted=False` it is
the other way round, as it was first published: nothing is scaled in training, and in use everything by 1-p.

Source: Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 15, 2014.

Example:
    x = input(shape=(8, 3))
    h = dropout(relu(dense(x, 5)), p=0.5)
"""

from __future__ import annotations

from gradlab.arguments import choice, number
from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.layer import Make, layer, node_of
from gradlab.op import Shape


def dropout(make: Make, x: Node, p: float = 0.5, inverted: bool = True) -> Node:
    """Return x with some of its numbers 0. Raises ArgumentError."""
    return make.op("mul", [node_of("dropout", "x", x), mask(make, "dropout", x.shape, p, inverted)])


def mask(make: Make, word: str, shape: Shape, p: float, inverted: bool = True) -> Node:
    """Return the mask of a layer, with the noise it is made of. Raises ArgumentError."""
    share = number(word, "p", p, low=0.0)
    if share >= 1:
        raise ArgumentError(f"`p` of `{word}` is the share that is dropped, less than 1, got {share:g}")
    way = choice(word, "inverted", inverted, (True, False))
    u = make.noise("noise", shape, "uniform")
    return make.named("mask", make.op("drop_mask", [u, make.mode()], p=share, inverted=way))


LAYER = layer(dropout)
