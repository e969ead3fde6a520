"""Adam with decoupled weight decay: the decay is not divided by √v, so that it shrinks all weights alike.

    W.next = (W - lr · λ · W) - lr · m_hat / (√v_hat + ε)          λ: decay; the rest as in adam

Arguments:
    decay  number, from 0 to 1: how much of the weights a step of lr = 1 would take away

Source: Loshchilov & Hutter, *Decoupled weight decay regularization*, ICLR 2019.

Example:  minimize(loss, adamw(lr=0.001, decay=0.01))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.adam import HYPER, KEEPS, RANGES, common, direction
from gradlab.optim.optimizer import Math, Optimizer, Value, Values


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next m and v."""
    way, following = direction(m, g, state, hyper)
    shrunk = m.name("shrunk", w - hyper["lr"] * hyper["decay"] * w)
    return m.descend(shrunk, way, hyper["lr"]), following


OPTIM = Optimizer(
    "adamw", {**HYPER, "decay": 0.01}, update, state=("m", "v"), common=common, ranges={**RANGES, "decay": (0.0, 1.0)}
)
TORCH: Forms = {
    "adamw": Ready(
        "torch.optim.AdamW(params, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=decay)", decays=False, keeps=KEEPS
    )
}
