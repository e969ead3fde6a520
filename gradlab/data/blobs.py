"""Round clouds of points, one a class: x (n, features), t (n,) the cloud, from 0. Centres are uniform in ±10.

Arguments:
    centers       whole, from 1: clouds, at most as many as rows
    std           number, from 0: the standard deviation of a cloud
    random_state  whole, from 0: the rows are those of this seed, whatever the seed of the run is; None: those of the run's seed

Source: scikit-learn's `make_blobs`.

Example:
    x, t = dataset("blobs", n=60, centers=3, std=0.5)
    same, whatever_the_seed = dataset("blobs", n=60, centers=3, std=0.5, random_state=42)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator, shuffled
from gradlab.data.dataset import Rows, dataset


def load(
    seed: int, n: int = 100, centers: int = 3, features: int = 2, std: float = 1.0,
    random_state: int | None = None,
) -> Rows:  # fmt: skip
    """Draw n points around the centres."""
    whole("blobs", "n", n, high=100_000)
    whole("blobs", "features", features, high=1_000)
    whole("blobs", "centers", centers, high=min(n, 1_000))
    number("blobs", "std", std, low=0.0)
    draw = generator(seed if random_state is None else whole("blobs", "random_state", random_state, low=0, high=2**32 - 1))
    middles = draw.uniform(-10.0, 10.0, size=(centers, features))
    counts = [n // centers + (i < n % centers) for i in range(centers)]
    x = np.vstack([draw.normal(middle, std, size=(count, features)) for middle, count in zip(middles, counts, strict=True)])
    return shuffled(draw, x, np.repeat(np.arange(centers, dtype=float), counts))


DATASET = dataset(load, classes=-1, drawn=True)
