"""RMSprop: every weight's step is divided by the root of a running mean of its squared gradients.

    s.next = ρ · s + (1 - ρ) · g²
    W.next = W - lr · g / (√s.next + ε)

Source: Tieleman & Hinton, *Neural networks for machine learning*, lecture 6.5, Coursera 2012.

Example:  minimize(loss, rmsprop(lr=0.01))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next s."""
    s = hyper["rho"] * state["s"] + (1.0 - hyper["rho"]) * (g * g)
    direction = m.name("direction", g / (m.sqrt(s) + hyper["eps"]))
    return m.descend(w, direction, hyper["lr"]), {"s": s}


OPTIM = Optimizer(
    "rmsprop",
    {"lr": 0.01, "rho": 0.99, "eps": 1e-8},
    update,
    state=("s",),
    ranges={"rho": (0.0, 1.0), "eps": (0.0, float("inf"))},
)
TORCH: Forms = {"rmsprop": Ready("torch.optim.RMSprop(params, lr=lr, alpha=rho, eps=eps)", keeps={"square_avg": "s"})}
