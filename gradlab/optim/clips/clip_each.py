"""Clipping by the norm of each parameter's gradient: one that is too long is made shorter, the others stay.

    norm    = √(Σ g²)          over the elements of one gradient
    clipped = g · limit / max(norm, limit)

Arguments:
    limit  number, from 1e-30: the greatest norm of the gradient of a parameter

Source: Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, ICML 2013.

Example:  minimize(loss, sgd(0.1), clip=clip_each(1.0))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.clip import Clip
from gradlab.optim.tunable import Math, Value, Values


def update(m: Math, g: Value, hyper: Values) -> Value:
    """Return the gradient in its new length."""
    norm = m.name("grad_norm", m.sqrt(m.sum_squares([g])))
    return g * (hyper["limit"] / m.maximum(norm, hyper["limit"]))


CLIP = Clip("clip_each", {"limit": REQUIRED}, update, ranges={"limit": (1e-30, float("inf"))})
