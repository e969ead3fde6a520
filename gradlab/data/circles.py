"""A small circle inside a large one: x (n, 2), t (n,) 0 for the outer, 1 for the inner. No line parts them.

Arguments:
    n       whole, from 2 to 1000000: rows
    factor  number, from 0 to 0.999: the radius of the inner circle; that of the outer one is 1

Source: scikit-learn's `make_circles`.

Example:  x, t = dataset("circles", n=200, factor=0.4)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state


def load(seed: int, n: int = 200, noise: float = 0.05, factor: float = 0.5) -> Rows:
    """Draw n points; factor is the radius of the inner circle, noise the standard deviation; the outer radius is 1."""
    whole("circles", "n", n, low=2, high=1_000_000)
    number("circles", "noise", noise, low=0.0)
    number("circles", "factor", factor, low=0.0, high=0.999)
    from sklearn.datasets import make_circles

    x, t = make_circles(n, noise=noise, factor=factor, random_state=random_state(seed))
    return x, t.astype(float)


DATASET = dataset(load, classes=2, drawn=True)
