"""Two half circles that reach into each other: x (n, 2), t (n,) 0 for the upper, 1 for the lower. No line parts them.

Arguments:
    n  whole, from 2 to 1000000: rows

Source: scikit-learn's `make_moons`.

Example:  x, t = dataset("moons", n=200, noise=0.1)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state


def load(seed: int, n: int = 200, noise: float = 0.1) -> Rows:
    """Draw n points; noise is the standard deviation around the half circles, whose radius is 1."""
    whole("moons", "n", n, low=2, high=1_000_000)
    number("moons", "noise", noise, low=0.0)
    from sklearn.datasets import make_moons

    x, t = make_moons(n, noise=noise, random_state=random_state(seed))
    return x, t.astype(float)


DATASET = dataset(load, classes=2, drawn=True)
