"""Weights that the data scale: every layer begins with outputs of variance 1 on the first batch.

Layer-sequential unit variance: the weights begin orthogonal. Then the model runs on the batch of update 0, layer by layer: as
soon as the first op that reads them is done, they are divided by the standard deviation of its output, and what follows sees
the scaled layer. Where that output never varies (a constant input, NaN) they stay orthogonal. The batch is that of the data,
whatever is edited later.

Source: Mishkin & Matas, *All you need is a good init*, ICLR 2016.

Example:
    x, t = dataset("iris", scale="standard")
    h = tanh(dense(x, 20, init=lsuv))
"""

from __future__ import annotations

from dataclasses import replace

from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.nn.initializers.orthogonal import orthogonal
from gradlab.op import Array, Shape


def lsuv(stream: Stream, shape: Shape) -> Array:
    """Return the orthogonal weights that the scaling begins with."""
    return orthogonal(stream, shape)


INIT = replace(initializer(lsuv), by_data=True)
