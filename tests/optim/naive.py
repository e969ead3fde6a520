"""Every optimizer once more, as plain loops over the elements: slow, and written without looking at the formulas' functions."""

from __future__ import annotations

import math
from collections.abc import Callable

State = dict[str, float]
Hyper = dict[str, float]
Step = Callable[[float, float, State, Hyper, int], float]


def sgd(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    return w - h["lr"] * g


def momentum(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["v"] = h["mu"] * s.get("v", 0.0) - h["lr"] * g
    return w + s["v"]


def momentum_average(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["v"] = h["mu"] * s.get("v", 0.0) + (1 - h["mu"]) * g
    return w - h["lr"] * s["v"]


def momentum_velocity(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["v"] = h["mu"] * s.get("v", 0.0) + g
    return w - h["lr"] * s["v"]


def nesterov(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    before = s.get("v", 0.0)
    s["v"] = h["mu"] * before - h["lr"] * g
    return w - h["mu"] * before + (1 + h["mu"]) * s["v"]


def adagrad(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["s"] = s.get("s", 0.0) + g**2
    return w - h["lr"] * g / (math.sqrt(s["s"]) + h["eps"])


def rmsprop(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["s"] = h["rho"] * s.get("s", 0.0) + (1 - h["rho"]) * g**2
    return w - h["lr"] * g / (math.sqrt(s["s"]) + h["eps"])


def adadelta(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["s"] = h["rho"] * s.get("s", 0.0) + (1 - h["rho"]) * g**2
    step = math.sqrt((s.get("d", 0.0) + h["eps"]) / (s["s"] + h["eps"])) * g
    s["d"] = h["rho"] * s.get("d", 0.0) + (1 - h["rho"]) * step**2
    return w - h["lr"] * step


def adam(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["m"] = h["beta1"] * s.get("m", 0.0) + (1 - h["beta1"]) * g
    s["v"] = h["beta2"] * s.get("v", 0.0) + (1 - h["beta2"]) * g**2
    m_hat, v_hat = s["m"] / (1 - h["beta1"] ** t), s["v"] / (1 - h["beta2"] ** t)
    return w - h["lr"] * m_hat / (math.sqrt(v_hat) + h["eps"])


def adam_uncorrected(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["m"] = h["beta1"] * s.get("m", 0.0) + (1 - h["beta1"]) * g
    s["v"] = h["beta2"] * s.get("v", 0.0) + (1 - h["beta2"]) * g**2
    return w - h["lr"] * s["m"] / (math.sqrt(s["v"]) + h["eps"])


def amsgrad(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    s["m"] = h["beta1"] * s.get("m", 0.0) + (1 - h["beta1"]) * g
    s["v"] = h["beta2"] * s.get("v", 0.0) + (1 - h["beta2"]) * g**2
    s["top"] = max(s.get("top", 0.0), s["v"])
    return w - h["lr"] * s["m"] / (1 - h["beta1"] ** t) / (math.sqrt(s["top"] / (1 - h["beta2"] ** t)) + h["eps"])


def adamw(w: float, g: float, s: State, h: Hyper, t: int) -> float:
    return adam(w, g, s, h, t) - h["lr"] * h["decay"] * w


STEPS: dict[str, Step] = {
    f.__name__: f
    for f in (
        sgd,
        momentum,
        momentum_average,
        momentum_velocity,
        nesterov,
        adagrad,
        rmsprop,
        adadelta,
        adam,
        adam_uncorrected,
        amsgrad,
        adamw,
    )
}
