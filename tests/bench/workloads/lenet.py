"""LeNet-5 with ReLU and max pooling on images of 28 x 28, batch 32."""

from __future__ import annotations

import numpy as np

from tests.bench.workload import LABELS, Arrays, Handle, Words, Workload, layers


def make(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    kernels = {
        "K0": rng.standard_normal((6, 1, 5, 5)) * np.sqrt(2 / 25),
        "k0": np.zeros(6),
        "K1": rng.standard_normal((16, 6, 5, 5)) * np.sqrt(2 / 150),
        "k1": np.zeros(16),
    }
    data = {"x": rng.standard_normal((32, 1, 28, 28)), LABELS: rng.integers(0, 10, 32).astype(float)}
    return {**kernels, **layers(rng, 400, 120, 84, 10, gain=2.0)}, data


def loss(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
    h = m.pool(m.relu(m.conv(d["x"], p["K0"], p["k0"], padding=2)))
    h = m.flatten(m.pool(m.relu(m.conv(h, p["K1"], p["k1"], padding=0))))
    h = m.relu(m.affine(h, p["W0"], p["b0"]))
    h = m.relu(m.affine(h, p["W1"], p["b1"]))
    return m.cross_entropy(m.affine(h, p["W2"], p["b2"]), d[LABELS])


WORKLOAD = Workload("lenet", 7, "LeNet-5, 28 x 28, batch 32", make, loss, 0.01)
