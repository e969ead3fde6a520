"""Adam: a running mean of the gradient, divided by the root of a running mean of its square.

    m.next = β1 · m + (1 - β1) · g          m_hat = m.next / c1,  c1 = 1 - β1 ** t
    v.next = β2 · v + (1 - β2) · g²         v_hat = v.next / c2,  c2 = 1 - β2 ** t
    W.next = W - lr · m_hat / (√v_hat + ε)

m and v begin at 0 and are too small at first; c1 and c2 correct that, so that the first step is lr · sign(g).

    adam_uncorrected    Adam without that: its first step is lr · sign(g) · (1 - β1) / √(1 - β2), three times as long
    amsgrad             Adam by the root of the largest v so far, `W.top`: small gradients do not make the steps grow again

Source: Kingma & Ba, *Adam: a method for stochastic optimization*, ICLR 2015; Reddi, Kale & Kumar, *On the convergence of
Adam and beyond*, ICLR 2018.

Example:  minimize(loss, adam(lr=0.001, beta1=0.8))

Example:  minimize(loss, adam_uncorrected(lr=0.001))

Example:  minimize(loss, amsgrad(lr=0.001))
"""

from __future__ import annotations

from gradlab.optim._torch import Forms, Ready
from gradlab.optim.optimizer import Math, Optimizer, Value, Values

RANGES = {"beta1": (0.0, 1.0), "beta2": (0.0, 1.0), "eps": (0.0, float("inf"))}


def common(m: Math, t: Value, hyper: Values) -> Values:
    """Return what update t corrects the two means by, and the weight of a new gradient in them."""
    beta1, beta2 = hyper["beta1"], hyper["beta2"]
    return {
        "c1": 1.0 - beta1**t,
        "c2": 1.0 - beta2**t,
        "one_minus_beta1": 1.0 - beta1,
        "one_minus_beta2": 1.0 - beta2,
    }


def means(g: Value, state: Values, hyper: Values) -> tuple[Value, Value]:
    """Return the next m and v."""
    mean = hyper["beta1"] * state["m"] + hyper["one_minus_beta1"] * g
    return mean, hyper["beta2"] * state["v"] + hyper["one_minus_beta2"] * (g * g)


def corrected(m: Math, mean: Value, square: Value, hyper: Values) -> Value:
    """Return m_hat / (√v_hat + ε)."""
    m_hat = m.name("m_hat", mean / hyper["c1"])
    v_hat = m.name("v_hat", square / hyper["c2"])
    return m.name("direction", m_hat / (m.sqrt(v_hat) + hyper["eps"]))


def direction(m: Math, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return m_hat / (√v_hat + ε), and the next m and v."""
    mean, square = means(g, state, hyper)
    return corrected(m, mean, square, hyper), {"m": mean, "v": square}


def update(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next m and v."""
    way, following = direction(m, g, state, hyper)
    return m.descend(w, way, hyper["lr"]), following


def uncorrected(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next m and v; the means are used as they are."""
    mean = hyper["beta1"] * state["m"] + (1.0 - hyper["beta1"]) * g
    square = hyper["beta2"] * state["v"] + (1.0 - hyper["beta2"]) * (g * g)
    way = m.name("direction", mean / (m.sqrt(square) + hyper["eps"]))
    return m.descend(w, way, hyper["lr"]), {"m": mean, "v": square}


def amsgrad(m: Math, w: Value, g: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return W.next and the next m, v and the largest v."""
    mean, square = means(g, state, hyper)
    top = m.maximum(state["top"], square)
    return m.descend(w, corrected(m, mean, top, hyper), hyper["lr"]), {"m": mean, "v": square, "top": top}


HYPER = {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
OPTIM = (
    Optimizer("adam", HYPER, update, state=("m", "v"), common=common, ranges=RANGES),
    Optimizer("adam_uncorrected", HYPER, uncorrected, state=("m", "v"), ranges=RANGES),
    Optimizer("amsgrad", HYPER, amsgrad, state=("m", "v", "top"), common=common, ranges=RANGES),
)
KEEPS = {"exp_avg": "m", "exp_avg_sq": "v"}
"""What PyTorch calls the two means."""
TORCH: Forms = {
    "adam": Ready("torch.optim.Adam(params, lr=lr, betas=(beta1, beta2), eps=eps)", keeps=KEEPS),
    "amsgrad": Ready(
        "torch.optim.Adam(params, lr=lr, betas=(beta1, beta2), eps=eps, amsgrad=True)", keeps={**KEEPS, "max_exp_avg_sq": "top"}
    ),
}
