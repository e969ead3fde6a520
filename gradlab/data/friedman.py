"""A curved function of five features, and features that do not matter: x (n, features) uniform in 0 to 1, t (n,) a number.

    t = 10 sin(π x0 x1) + 20 (x2 - 0.5)² + 10 x3 + 5 x4 + noise

Arguments:
    features  whole, from 5 to 1000: numbers in a sample; those behind the first five do not matter

Source: Friedman, *Multivariate Adaptive Regression Splines*, Annals of Statistics 19, 1991; scikit-learn's `make_friedman1`.

Example:  x, t = dataset("friedman", n=100, noise=0.1)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 100, features: int = 10, noise: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation of t."""
    whole("friedman", "n", n, high=100_000)
    whole("friedman", "features", features, low=5, high=1_000)
    number("friedman", "noise", noise, low=0.0)
    draw = generator(seed)
    x = draw.uniform(size=(n, features))
    t = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return x, t + noise * draw.standard_normal(size=n)


DATASET = dataset(load, classes=0, drawn=True)
