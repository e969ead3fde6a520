"""Clipping by value: every element of a gradient is held between -limit and limit. The direction changes.

    clipped = min(max(g, -limit), limit)

Known as: clip_grad_value.
Source: Graves, *Generating sequences with recurrent neural networks*, arXiv:1308.0850, 2013.

Example:  minimize(loss, sgd(0.1), clip=clip_value(0.5))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.clip import Clip
from gradlab.optim.tunable import Math, Value, Values


def update(m: Math, g: Value, hyper: Values) -> Value:
    """Return the gradient within its bounds."""
    return m.minimum(m.maximum(g, -hyper["limit"]), hyper["limit"])


CLIP = Clip("clip_value", {"limit": REQUIRED}, update, ranges={"limit": (0.0, float("inf"))})
