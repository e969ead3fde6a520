"""A 2-2-1 network, batch 4."""

from __future__ import annotations

from tests.bench.workload import Workload, batch, dense_stack, layers

WORKLOAD = Workload(
    "xor",
    2,
    "2-2-1, batch 4",
    lambda rng: (layers(rng, 2, 2, 1), batch(rng, 4, 2, 1)),
    dense_stack("tanh", "sigmoid"),
    tiny=True,
)
