"""The mask of a dropout: in training every unit is dropped with probability p, when the model is used none is.

    forward  z = k where u ≥ p else 0;  k' everywhere when mode is 0
    backward du = 0,  dmode = 0

u: numbers between 0 and 1, new ones in every update; mode: 1 in training, 0 when the model is used. The mask is held between
the forward and the backward pass, because it is a value like any other. With `inverted` the units that are kept are scaled
in training, k = 1 / (1 - p) and k' = 1; without it all are when the model is used, k = 1 and k' = 1 - p. Either way a unit is
on average in training what it is in use.
Source: Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 15, 2014.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import Number, select
from gradlab.op import Example, Shape, broadcast_shape, elementwise
from gradlab.ops._arguments import flag
from gradlab.ops._torch import TorchCall


def forward(u: Number, mode: Number, p: float, inverted: float) -> Number:
    kept = select(inverted != 0, 1.0 / (1.0 - p), 1.0)
    used = select(inverted != 0, 1.0, 1.0 - p)
    return select(mode != 0, select(u >= p, kept, 0.0), used)


def backward(g: Number, z: Number, u: Number, mode: Number, p: float, inverted: float) -> tuple[Number, Number]:
    return 0.0, 0.0


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of u, to which the mode broadcasts. Raises ShapeError."""
    p = attrs["p"]
    if isinstance(p, bool) or not isinstance(p, int | float) or not 0 <= p < 1:
        raise ShapeError(f"`p` is the probability that a unit is dropped, from 0 to less than 1, got {p}")
    flag(attrs, "inverted")
    return broadcast_shape(shapes)


OP = elementwise(
    "drop_mask",
    forward,
    backward,
    role="mask",
    title="mask of a dropout",
    symbols="mask({u} ≥ {p})",
    attrs={"p": 0.5, "inverted": True},
    shape=shape,
    differentiable=(False, False),
    examples=(
        Example("drop_mask([0.1, 0.6, 0.9], 1, 0.5)", "[0.0, 2.0, 2.0]"),
        Example("drop_mask([0.1, 0.6, 0.9], 0, 0.5)", "[1.0, 1.0, 1.0]"),
        Example("drop_mask([0.1, 0.6, 0.9], 0, 0.5, inverted=False)", "[0.5, 0.5, 0.5]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the mask: PyTorch's own dropout draws other numbers."""
    if call.attrs["inverted"]:
        return "(u >= p) / (1 - p) if mode else torch.ones(())"
    return "(u >= p).to(DTYPE) if mode else torch.tensor(1 - p)"
