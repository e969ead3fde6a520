"""A band bent to an S in space: x (n, 3), t (n,) how far along the band a point lies, -4.7 to 4.7.

Arguments:
    n  whole, from 1 to 1000000: rows

Source: scikit-learn's `make_s_curve`.

Example:  x, t = dataset("s_curve", n=500)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 100, noise: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation around the band."""
    whole("s_curve", "n", n, high=1_000_000)
    number("s_curve", "noise", noise, low=0.0)
    draw = generator(seed)
    t = 3 * np.pi * (draw.uniform(size=n) - 0.5)
    x = np.array([np.sin(t), 2.0 * draw.uniform(size=n), np.sign(t) * (np.cos(t) - 1)])
    return (x + noise * draw.standard_normal(size=(3, n))).T, t


DATASET = dataset(load, classes=0, drawn=True)
