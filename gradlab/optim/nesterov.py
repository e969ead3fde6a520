"""Nesterov's momentum: the gradient counts as if it had been taken after the coming step.

    v.next = µ · v - lr · g
    W.next = W + µ · v.next - lr · g          W stands at the look-ahead point

Source: Sutskever et al., *On the importance of initialization and momentum in deep learning*, ICML 2013.

Example:  minimize(loss, nesterov(0.1, mu=0.9))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next v."""
    step = hyper["lr"] * g
    v = hyper["mu"] * state["v"] - step
    return w + hyper["mu"] * v - step, {"v": v}


OPTIM = Optimizer("nesterov", {"lr": 0.01, "mu": 0.9}, update, state=("v",), ranges={"mu": (0.0, 1.0)})
TORCH: Forms = {
    "nesterov": Ready(
        "torch.optim.SGD(params, lr=lr, momentum=mu, nesterov=True)",
        paced=False,
        keeps={"momentum_buffer": "v / -lr"},
        counts=False,
    )
}
