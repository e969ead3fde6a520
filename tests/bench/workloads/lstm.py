"""An LSTM cell of 32 units on 32 inputs, unrolled over 25 steps, batch 1 and 32; gates by one affine op, then cut apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.bench.workload import Arrays, Handle, Words, Workload

UNITS, STEPS = 32, 25


def maker(samples: int) -> Callable[[np.random.Generator], tuple[Arrays, Arrays]]:
    def make(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
        weights = {"W": rng.standard_normal((2 * UNITS, 4 * UNITS)) / 8, "b": rng.standard_normal(4 * UNITS) * 0.1}
        inputs = {f"x{i}": rng.standard_normal((samples, UNITS)) for i in range(STEPS)}
        state = {"h": np.zeros((samples, UNITS)), "c": np.zeros((samples, UNITS))}
        return weights, {**inputs, **state, "t": rng.uniform(-0.5, 0.5, (samples, UNITS))}

    return make


def loss(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
    h, c = d["h"], d["c"]
    for step in range(STEPS):
        gates = m.affine(m.concat(d[f"x{step}"], h), p["W"], p["b"])
        i, f, o, new = (m.columns(gates, k * UNITS, (k + 1) * UNITS) for k in range(4))
        c = m.add(m.mul(m.sigmoid(f), c), m.mul(m.sigmoid(i), m.tanh(new)))
        h = m.mul(m.sigmoid(o), m.tanh(c))
    return m.mse(h, d["t"])


WORKLOAD = (
    Workload("lstm b1", 5, "LSTM of 32 units, 25 steps, batch 1", maker(1), loss),
    Workload("lstm b32", 6, "LSTM of 32 units, 25 steps, batch 32", maker(32), loss),
)
