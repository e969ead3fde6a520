"""Momentum in its three conventions. They make different steps with equal numbers: the word says which one it is.

    momentum            v.next = µ · v - lr · g               W.next = W + v.next
    momentum_average    v.next = µ · v + (1 - µ) · g          W.next = W - lr · v.next
    momentum_velocity   v.next = µ · v + g                    W.next = W - lr · v.next

Under a constant gradient the first and the last come to steps of lr · g / (1 - µ), the second to lr · g.

Source: Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics 4, 1964.

Example:  minimize(loss, momentum(0.1, mu=0.9))

Example:  minimize(loss, momentum_average(0.1))

Example:  minimize(loss, momentum_velocity(0.1))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def step(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """The velocity holds the learning rate."""
    v = hyper["mu"] * state["v"] - hyper["lr"] * g
    return w + v, {"v": v}


def average(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """The velocity is a running mean of gradients."""
    v = hyper["mu"] * state["v"] + (1.0 - hyper["mu"]) * g
    return m.descend(w, v, hyper["lr"]), {"v": v}


def velocity(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """The velocity is a decaying sum of gradients."""
    v = hyper["mu"] * state["v"] + g
    return m.descend(w, v, hyper["lr"]), {"v": v}


HYPER = {"lr": 0.01, "mu": 0.9}
RANGES = {"mu": (0.0, 1.0)}
OPTIM = (
    Optimizer("momentum", HYPER, step, state=("v",), ranges=RANGES),
    Optimizer("momentum_average", HYPER, average, state=("v",), ranges=RANGES),
    Optimizer("momentum_velocity", HYPER, velocity, state=("v",), ranges=RANGES),
)
TORCH: Forms = {
    "momentum": Ready(
        "torch.optim.SGD(params, lr=lr, momentum=mu)", paced=False, keeps={"momentum_buffer": "v / -lr"}, counts=False
    ),
    "momentum_velocity": Ready("torch.optim.SGD(params, lr=lr, momentum=mu)", keeps={"momentum_buffer": "v"}, counts=False),
}
