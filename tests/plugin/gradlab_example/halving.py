"""Half of every parameter is left after a step, whatever the gradient says.

    W.next = W - lr · W

Example:  minimize(loss, halving())
"""

from __future__ import annotations

from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next; nothing is remembered."""
    return m.descend(w, w, hyper["lr"]), {}


OPTIM = Optimizer("halving", {"lr": 0.5}, update)
