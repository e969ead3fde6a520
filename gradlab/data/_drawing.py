"""What drawn sets are made with, so that their rows are scikit-learn's, bit by bit: importing that takes two seconds."""

from __future__ import annotations

import numpy as np

from gradlab.data.dataset import Floats, Rows, random_state


def generator(seed: int) -> np.random.RandomState:
    """Return the numbers that scikit-learn draws under `random_state=seed`. NumPy promises never to change them."""
    return np.random.RandomState(random_state(seed))


def shuffled(draw: np.random.RandomState, x: Floats, t: Floats) -> Rows:
    """Return the rows in another order, as `sklearn.utils.shuffle` does."""
    order = np.arange(len(x))
    draw.shuffle(order)
    return x[order], t[order]


def two_curves(draw: np.random.RandomState, outer: Floats, inner: Floats, noise: float) -> Rows:
    """Return the points of two curves, each (2, points), shuffled and with noise; t is 0 on the outer one, 1 on the inner."""
    t = np.repeat([0.0, 1.0], [outer.shape[1], inner.shape[1]])
    x, t = shuffled(draw, np.hstack([outer, inner]).T, t)
    return x + draw.normal(scale=noise, size=x.shape), t
