"""A plane with noise: x (n, features) normal, t (n,) a linear function of x whose weights are between 0 and 100.

Arguments:
    bias  number: the height of the plane at the origin

Source: scikit-learn's `make_regression`.

Example:  x, t = dataset("regression", n=100, features=3, scale="standard")
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number, whole
from gradlab.data._drawing import generator, shuffled
from gradlab.data.dataset import Rows, dataset


def load(seed: int, n: int = 100, features: int = 2, noise: float = 1.0, bias: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation of t around the plane, bias its height at the origin."""
    whole("regression", "n", n, high=100_000)
    whole("regression", "features", features, high=1_000)
    number("regression", "noise", noise, low=0.0)
    number("regression", "bias", bias)
    draw = generator(seed)
    x = draw.standard_normal(size=(n, features))
    t = np.dot(x, 100 * draw.uniform(size=(features, 1))) + bias
    if noise > 0.0:
        t += draw.normal(scale=noise, size=t.shape)
    x, t = shuffled(draw, x, t[:, 0])
    places = np.arange(features)
    draw.shuffle(places)
    return x[:, places], t


DATASET = dataset(load, classes=0, drawn=True)
