"""Adagrad: every weight's step is divided by the root of all its squared gradients so far. Steps only ever get smaller.

    s.next = s + g²
    W.next = W - lr · g / (√s.next + ε)

Source: Duchi, Hazan & Singer, *Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*, JMLR 12, 2011.

Example:  minimize(loss, adagrad(0.1))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next s."""
    s = state["s"] + g * g
    direction = m.name("direction", g / (m.sqrt(s) + hyper["eps"]))
    return m.descend(w, direction, hyper["lr"]), {"s": s}


OPTIM = Optimizer("adagrad", {"lr": 0.01, "eps": 1e-10}, update, state=("s",), ranges={"eps": (0.0, float("inf"))})
TORCH: Forms = {"adagrad": Ready("torch.optim.Adagrad(params, lr=lr, eps=eps)", keeps={"sum": "s"})}
