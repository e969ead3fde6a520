"""One normal cloud, cut into shells of equally many points: x (n, features), t (n,) the shell, from 0. No line parts them.

Arguments:
    classes   whole, from 1: shells, at most as many as rows
    variance  number, from 0: the variance of the cloud along each axis

Source: scikit-learn's `make_gaussian_quantiles`.

Example:  x, t = dataset("gaussian_quantiles", n=100, classes=4)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator, shuffled
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 100, features: int = 2, classes: int = 3, variance: float = 1.0) -> Rows:
    """Draw n points around 0."""
    whole("gaussian_quantiles", "n", n, high=100_000)
    whole("gaussian_quantiles", "features", features, high=1_000)
    whole("gaussian_quantiles", "classes", classes, high=n)
    number("gaussian_quantiles", "variance", variance, low=0.0)
    draw = generator(seed)
    x = draw.multivariate_normal(np.zeros(features), variance * np.identity(features), (n,))
    x = x[np.argsort(np.sum(x**2, axis=1))]
    shell = np.minimum(np.arange(n) // (n // classes), classes - 1)
    return shuffled(draw, x, shell.astype(float))


DATASET = dataset(load, classes=-1, drawn=True)
