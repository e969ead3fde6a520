"""σ(w0·x0 + w1·x1 + w2), gate by gate."""

from __future__ import annotations

import numpy as np

from tests.bench.workload import STILL, Arrays, Handle, Words, Workload


def make(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    weights = {"w0": np.array(2.0), "w1": np.array(-3.0), "w2": np.array(-3.0)}
    return weights, {"x0": np.array(-1.0), "x1": np.array(-2.0)}


def loss(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
    weighed = m.add(m.mul(p["w0"], d["x0"]), m.mul(p["w1"], d["x1"]))
    return m.sigmoid(m.add(weighed, p["w2"]))


WORKLOAD = Workload("neuron", 1, "σ(w0·x0 + w1·x1 + w2)", make, loss, STILL, tiny=True)
