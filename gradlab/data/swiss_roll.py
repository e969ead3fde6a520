"""A band rolled up in space: x (n, 3), t (n,) how far along the band a point lies, 4.7 to 14.1.

Arguments:
    n  whole, from 1 to 1000000: rows

Source: Tenenbaum, de Silva & Langford, *A Global Geometric Framework for Nonlinear Dimensionality Reduction*, Science 290,
2000; scikit-learn's `make_swiss_roll`.

Example:  x, t = dataset("swiss_roll", n=500)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state


def load(seed: int, n: int = 100, noise: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation around the band."""
    whole("swiss_roll", "n", n, high=1_000_000)
    number("swiss_roll", "noise", noise, low=0.0)
    from sklearn.datasets import make_swiss_roll

    x, t = make_swiss_roll(n, noise=noise, random_state=random_state(seed))
    return x, t


DATASET = dataset(load, classes=0, drawn=True)
