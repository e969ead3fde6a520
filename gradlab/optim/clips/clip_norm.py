"""Clipping by the global norm: all gradients together are made shorter, and keep their direction.

    norm    = √(Σ g²)          over the elements of the gradients of all parameters
    clipped = g · limit / max(norm, limit)

Known as: clip_grad_norm; clip_by_global_norm.
Source: Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, ICML 2013.

Example:  minimize(loss, sgd(0.1), clip=clip_norm(1.0))
"""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.arguments import REQUIRED
from gradlab.optim.clip import Clip
from gradlab.optim.tunable import Math, Value, Values


def common(m: Math, gradients: Sequence[Value], hyper: Values) -> Values:
    """Return the norm, and what all gradients are multiplied by."""
    norm = m.name("norm", m.sqrt(m.sum_squares(gradients)))
    return {"scale": hyper["limit"] / m.maximum(norm, hyper["limit"])}


def update(m: Math, g: Value, hyper: Values) -> Value:
    """Return the gradient in its new length."""
    return g * hyper["scale"]


CLIP = Clip("clip_norm", {"limit": REQUIRED}, update, common=common, ranges={"limit": (1e-30, float("inf"))})
