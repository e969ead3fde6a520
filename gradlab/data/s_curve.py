"""A band bent to an S in space: x (n, 3), t (n,) how far along the band a point lies, -4.7 to 4.7.

Arguments:
    n  whole, from 1 to 1000000: rows

Source: scikit-learn's `make_s_curve`.

Example:  x, t = dataset("s_curve", n=500)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state


def load(seed: int, n: int = 100, noise: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation around the band."""
    whole("s_curve", "n", n, high=1_000_000)
    number("s_curve", "noise", noise, low=0.0)
    from sklearn.datasets import make_s_curve

    x, t = make_s_curve(n, noise=noise, random_state=random_state(seed))
    return x, t


DATASET = dataset(load, classes=0, drawn=True)
