"""25 layers of 64 units, batch 32: plain, with residual connections, and as highways."""

from __future__ import annotations

import numpy as np

from tests.bench.workload import Arrays, Handle, Words, Workload, batch, dense_stack, layers

DEPTH, UNITS = 25, 64


def make(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    return layers(rng, *(UNITS,) * (DEPTH + 1), gain=2.0), batch(rng, 32, UNITS, UNITS)


def make_residual(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    return layers(rng, *(UNITS,) * (DEPTH + 1), gain=2.0 / DEPTH), batch(rng, 32, UNITS, UNITS)


def make_highway(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    gates = layers(rng, *(UNITS,) * (DEPTH + 1), gain=0.1, prefix="gate_")
    params, data = make(rng)
    return {**params, **gates}, data


def residual(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
    h = d["x"]
    for i in range(DEPTH):
        h = m.add(h, m.relu(m.affine(h, p[f"W{i}"], p[f"b{i}"])))
    return m.mse(h, d["t"])


def highway(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
    h = d["x"]
    for i in range(DEPTH):
        gate = m.sigmoid(m.affine(h, p[f"gate_W{i}"], p[f"gate_b{i}"]))
        new = m.relu(m.affine(h, p[f"W{i}"], p[f"b{i}"]))
        h = m.add(m.mul(gate, new), m.mul(m.complement(gate), h))
    return m.mse(h, d["t"])


WORKLOAD = (
    Workload("plain25", 8, "25 x 64 units, ReLU, batch 32", make, dense_stack(*("relu",) * DEPTH), 0.01),
    Workload("res25", 9, "25 residual layers of 64 units, batch 32", make_residual, residual, 0.01),
    Workload("highway25", 10, "25 highway layers of 64 units, batch 32", make_highway, highway, 0.01),
)
