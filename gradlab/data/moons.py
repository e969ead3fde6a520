"""Two half circles that reach into each other: x (n, 2), t (n,) 0 for the upper, 1 for the lower. No line parts them.

Arguments:
    n  whole, from 2 to 1000000: rows

Source: scikit-learn's `make_moons`.

Example:  x, t = dataset("moons", n=200, noise=0.1)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator, two_curves
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 200, noise: float = 0.1) -> Rows:
    """Draw n points; noise is the standard deviation around the half circles, whose radius is 1."""
    whole("moons", "n", n, low=2, high=1_000_000)
    number("moons", "noise", noise, low=0.0)
    upper, lower = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    outer, inner = np.array([np.cos(upper), np.sin(upper)]), np.array([1 - np.cos(lower), 1 - np.sin(lower) - 0.5])
    return two_curves(generator(seed), outer, inner, noise)


DATASET = dataset(load, classes=2, drawn=True)
