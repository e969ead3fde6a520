"""An autoencoder 100-50-10-50-100, batch 32."""

from __future__ import annotations

from tests.bench.workload import Workload, batch, dense_stack, layers

WORKLOAD = Workload(
    "ae",
    4,
    "autoencoder 100-50-10-50-100, batch 32",
    lambda rng: (layers(rng, 100, 50, 10, 50, 100), batch(rng, 32, 100, 100)),
    dense_stack("tanh", "tanh", "tanh", "sigmoid"),
)
