"""(x + y)·z and one step of descent: what an update costs when there is next to nothing to compute."""

from __future__ import annotations

import numpy as np

from tests.bench.workload import STILL, Arrays, Handle, Words, Workload


def make(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    return {"x": np.array(-2.0), "y": np.array(5.0), "z": np.array(-4.0)}, {}


def loss(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
    return m.mul(m.add(p["x"], p["y"]), p["z"])


WORKLOAD = Workload("circuit", 0, "(x + y)·z", make, loss, STILL, tiny=True)
