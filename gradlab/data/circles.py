"""A small circle inside a large one: x (n, 2), t (n,) 0 for the outer, 1 for the inner. No line parts them.

Arguments:
    n       whole, from 2 to 1000000: rows
    factor  number, from 0 to 0.999: the radius of the inner circle; that of the outer one is 1

Source: scikit-learn's `make_circles`.

Example:  x, t = dataset("circles", n=200, factor=0.4)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator, two_curves
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 200, noise: float = 0.05, factor: float = 0.5) -> Rows:
    """Draw n points; factor is the radius of the inner circle, noise the standard deviation; the outer radius is 1."""
    whole("circles", "n", n, low=2, high=1_000_000)
    number("circles", "noise", noise, low=0.0)
    number("circles", "factor", factor, low=0.0, high=0.999)
    large, small = (np.linspace(0, 2 * np.pi, count, endpoint=False) for count in (n // 2, n - n // 2))
    outer, inner = np.array([np.cos(large), np.sin(large)]), np.array([np.cos(small) * factor, np.sin(small) * factor])
    return two_curves(generator(seed), outer, inner, noise)


DATASET = dataset(load, classes=2, drawn=True)
