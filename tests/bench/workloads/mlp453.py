"""A 4-5-3 network, one sample."""

from __future__ import annotations

from tests.bench.workload import Workload, batch, dense_stack, layers

WORKLOAD = Workload(
    "mlp453",
    3,
    "4-5-3, batch 1",
    lambda rng: (layers(rng, 4, 5, 3), batch(rng, 1, 4, 3)),
    dense_stack("sigmoid", "sigmoid"),
    tiny=True,
)
