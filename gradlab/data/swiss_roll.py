"""A band rolled up in space: x (n, 3), t (n,) how far along the band a point lies, 4.7 to 14.1.

Arguments:
    n  whole, from 1 to 1000000: rows

Source: Tenenbaum, de Silva & Langford, *A Global Geometric Framework for Nonlinear Dimensionality Reduction*, Science 290,
2000; scikit-learn's `make_swiss_roll`.

Example:  x, t = dataset("swiss_roll", n=500)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 100, noise: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation around the band."""
    whole("swiss_roll", "n", n, high=1_000_000)
    number("swiss_roll", "noise", noise, low=0.0)
    draw = generator(seed)
    t = 1.5 * np.pi * (1 + 2 * draw.uniform(size=n))
    x = np.array([t * np.cos(t), 21 * draw.uniform(size=n), t * np.sin(t)])
    return (x + noise * draw.standard_normal(size=(3, n))).T, t


DATASET = dataset(load, classes=0, drawn=True)
