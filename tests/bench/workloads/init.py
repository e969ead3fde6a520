"""10 layers of 500 tanh units, 1,000 samples: nearly nothing but matrix products."""

from __future__ import annotations

from tests.bench.workload import Workload, batch, dense_stack, layers

WORKLOAD = Workload(
    "init",
    11,
    "10 layers of 500 tanh, 1,000 samples",
    lambda rng: (layers(rng, *(500,) * 11), batch(rng, 1000, 500, 500)),
    dense_stack(*("tanh",) * 10),
)
