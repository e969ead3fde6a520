"""Gradient descent.

    W.next = W - lr · g          g: the gradient of the loss, of one batch or of all the data

Source: Robbins & Monro, *A stochastic approximation method*, 1951.
"""

from __future__ import annotations

from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Give W.next; nothing is remembered."""
    return m.descend(w, g, hyper["lr"]), {}


OPTIM = Optimizer("sgd", {"lr": 0.01}, update)
