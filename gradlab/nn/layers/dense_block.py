"""A densely connected block: every layer reads x and what all layers before it have made.

    h_k = act([x, h_0, …, h_{k-1}] @ W + b)      x: (…, n)   W: (n + k · growth, growth)
    y = [x, h_0, …, h_{layers-1}]                y: (…, n + layers · growth)

L layers have L(L+1)/2 direct connections, and the gradient of y reaches each of them in one step. Layer k is the scope
`l<k>`: `l2.x` is what it reads, `l2.h` what it adds, `l2.W` and `l2.b` its parameters.

Arguments:
    growth  whole, from 1: numbers that each layer adds
    layers  whole, from 1 to 1000: layers in the block

Source: Huang, Liu, van der Maaten & Weinberger, *Densely Connected Convolutional Networks*, CVPR 2017.

Example:
    x = input(shape=(8, 3))
    y = dense_block(x, growth=4, layers=3)
"""

from __future__ import annotations

from gradlab.arguments import whole
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, activation_of, initializer_of, layer
from gradlab.nn.layers._blocks import MAX_DEPTH, weighed, width_of
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU


def dense_block(make: Make, x: Node, growth: int, layers: int = 5, act: Op = RELU, init: Initializer = HE) -> Node:
    """Return x and what every layer made of it, one behind the other. Raises ArgumentError, ShapeError."""
    width_of("dense_block", x)
    growth, layers = whole("dense_block", "growth", growth), whole("dense_block", "layers", layers, high=MAX_DEPTH)
    name, init = activation_of("dense_block", "act", act), initializer_of("dense_block", "init", init)
    before = [x]
    for k in range(layers):
        with make.scope(f"l{k}"):
            seen = make.named("x", make.op("concat", before, axis=-1)) if k else x
            before.append(make.named("h", make.op(name, [make.named("z", weighed(make, seen, growth, init))])))
    return make.op("concat", before, axis=-1)


LAYER = layer(dense_block)
