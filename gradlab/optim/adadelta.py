"""Adadelta: the step is the gradient in units of former steps, so that it hardly needs a learning rate.

    s.next = ρ · s + (1 - ρ) · g²
    step   = √(d + ε) / √(s.next + ε) · g
    d.next = ρ · d + (1 - ρ) · step²
    W.next = W - lr · step

Source: Zeiler, *ADADELTA: an adaptive learning rate method*, arXiv:1212.5701, 2012.

Example:  minimize(loss, adadelta)
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next s and d."""
    rho, eps = hyper["rho"], hyper["eps"]
    s = rho * state["s"] + (1.0 - rho) * (g * g)
    step = m.name("step", m.sqrt(state["d"] + eps) / m.sqrt(s + eps) * g)
    d = rho * state["d"] + (1.0 - rho) * (step * step)
    return m.descend(w, step, hyper["lr"]), {"s": s, "d": d}


OPTIM = Optimizer(
    "adadelta",
    {"lr": 1.0, "rho": 0.9, "eps": 1e-6},
    update,
    state=("s", "d"),
    ranges={"rho": (0.0, 1.0), "eps": (0.0, float("inf"))},
)
TORCH: Forms = {
    "adadelta": Ready("torch.optim.Adadelta(params, lr=lr, rho=rho, eps=eps)", keeps={"square_avg": "s", "acc_delta": "d"})
}
