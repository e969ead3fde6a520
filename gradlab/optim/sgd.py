"""Gradient descent: a step against the gradient, lr times as long.

    W.next = W - lr · g          g: the gradient of the loss, of one batch or of all the data

Source: Robbins & Monro, *A stochastic approximation method*, Annals of Mathematical Statistics 22, 1951.

Example:  minimize(loss, sgd(0.1))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next; nothing is remembered."""
    return m.descend(w, g, hyper["lr"]), {}


OPTIM = Optimizer("sgd", {"lr": 0.01}, update)
TORCH: Forms = {"sgd": Ready("torch.optim.SGD(params, lr=lr)")}
